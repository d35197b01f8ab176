import { Trans, useLingui } from '@lingui/react/macro';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { MessageCircleMore } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { paths } from '@/lib/paths';
import { buttonClass, EmptyState, SkeletonRows } from '@/ui';
import { ArchiveLine, Filters, NothingHere } from './filters';
import { useConversationIds } from './model';
import { ConversationRow, ROW_PX } from './row';

/** All conversations, latest first; only the lines on screen are in the document, and the one that has the focus. */
export function ConversationList({ open }: { open: string | undefined }) {
  const { t } = useLingui();
  const { shown, any, ready, archived, fresh } = useConversationIds();
  if (any) {
    return (
      <>
        <Filters fresh={fresh} />
        {shown.length > 0 ? <Lines ids={shown} open={open} /> : <NothingHere />}
        <ArchiveLine count={archived} />
      </>
    );
  }
  if (!ready) return <SkeletonRows label={t`Loading conversations`} />;
  return (
    <EmptyState
      icon={<MessageCircleMore className="size-7" />}
      title={t`No conversations yet`}
      action={
        <Link href={paths.newChat()} state={{ parlor: true }} className={buttonClass('primary')}>
          <Trans>Start one</Trans>
        </Link>
      }
    >
      <Trans>Write to somebody on this server, or keep a note for yourself.</Trans>
    </EmptyState>
  );
}

function Lines({ ids, open }: { ids: readonly string[]; open: string | undefined }) {
  const { t } = useLingui();
  const pane = useRef<HTMLDivElement>(null);
  const focused = useRef<string>(undefined);
  const keepFocused = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      const at = focused.current === undefined ? -1 : ids.indexOf(focused.current);
      return at === -1 || shown.includes(at) ? shown : [...shown, at].sort((a, b) => a - b);
    },
    [ids],
  );
  const list = useVirtualizer({
    count: ids.length,
    getScrollElement: () => pane.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => ids[index] ?? index,
    rangeExtractor: keepFocused,
    overscan: 6,
  });

  const openAt = open === undefined ? -1 : ids.indexOf(open);
  const shownFor = useRef<string>(undefined);
  useEffect(() => {
    // Only when another conversation was opened: a line that moves up because somebody wrote must not drag the list along.
    if (openAt === -1 || shownFor.current === open) return;
    shownFor.current = open;
    list.scrollToIndex(openAt, { align: 'auto' });
  }, [open, openAt, list]);

  const walk = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || focused.current === undefined) return;
    const next = ids[ids.indexOf(focused.current) + step];
    if (next === undefined) return;
    event.preventDefault();
    list.scrollToIndex(ids.indexOf(next), { align: 'auto' });
    requestAnimationFrame(() => pane.current?.querySelector<HTMLElement>(`[data-conversation="${next}"]`)?.focus());
  };

  return (
    <div ref={pane} className="scroll-pane min-h-0 flex-1 pb-[env(safe-area-inset-bottom)]">
      <ul
        aria-label={t`Conversations`}
        className="relative"
        style={{ height: list.getTotalSize() }}
        onKeyDown={walk}
        onFocus={(event) => {
          focused.current = event.target.closest<HTMLElement>('[data-conversation]')?.dataset.conversation;
        }}
        onBlur={() => {
          focused.current = undefined;
        }}
      >
        {list.getVirtualItems().map((item) => (
          <li
            key={item.key}
            aria-setsize={ids.length}
            aria-posinset={item.index + 1}
            className="absolute inset-x-0 top-0"
            style={{ height: item.size, transform: `translateY(${item.start}px)` }}
          >
            <ConversationRow id={String(item.key)} selected={item.key === open} />
          </li>
        ))}
      </ul>
    </div>
  );
}
