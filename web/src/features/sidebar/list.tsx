import { Trans, useLingui } from '@lingui/react/macro';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { MessageCircleMore } from 'lucide-react';
import { type KeyboardEvent, lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { Link } from 'wouter';
import { paths } from '@/lib/paths';
import { buttonClass, EmptyState, SkeletonRows } from '@/ui';
import { held } from './arrangement';
import { useConversationIds } from './model';
import { ConversationRow, ROW_PX } from './row';

const Filters = lazy(() => import('./filters').then(({ Filters }) => ({ default: Filters })));
const ArchiveLine = lazy(() => import('./filters').then(({ ArchiveLine }) => ({ default: ArchiveLine })));
const NothingHere = lazy(() => import('./filters').then(({ NothingHere }) => ({ default: NothingHere })));

/** All conversations, latest first; only the lines on screen are in the document, and the one that has the focus. */
export function ConversationList({ open }: { open: string | undefined }) {
  const { t } = useLingui();
  const { shown, favourites, any, ready, archived, fresh } = useConversationIds();
  useEffect(() => held.set(open), [open]);
  if (any) {
    return (
      <>
        <Suspense fallback={<div className="h-10.5 shrink-0 touch:h-13.5" />}>
          <Filters fresh={fresh} />
        </Suspense>
        {shown.length > 0 && <Lines ids={shown} favourites={favourites} open={open} />}
        <Suspense fallback={null}>
          {shown.length === 0 && <NothingHere />}
          <ArchiveLine count={archived} />
        </Suspense>
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

const HEADING_PX = 32;
/** Lines that are no conversations: ids are numbers. */
const FAVOURITES = 'favourites';
const OTHERS = 'others';

/** What is drawn: conversations, and a heading before each part where there are favourites. Only what is on screen. */
function useLines(ids: readonly string[], favourites: number) {
  const pane = useRef<HTMLDivElement>(null);
  const focused = useRef<string>(undefined);
  const lines = useMemo(() => {
    if (favourites === 0) return ids;
    const others = favourites < ids.length ? [OTHERS, ...ids.slice(favourites)] : [];
    return [FAVOURITES, ...ids.slice(0, favourites), ...others];
  }, [ids, favourites]);
  const isHeading = (index: number) => lines[index] === FAVOURITES || lines[index] === OTHERS;
  const keepFocused = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      const at = focused.current === undefined ? -1 : lines.indexOf(focused.current);
      return at === -1 || shown.includes(at) ? shown : [...shown, at].sort((a, b) => a - b);
    },
    [lines],
  );
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => pane.current,
    estimateSize: (index) => (isHeading(index) ? HEADING_PX : ROW_PX),
    getItemKey: (index) => lines[index] ?? index,
    rangeExtractor: keepFocused,
    overscan: 6,
  });
  return { pane, focused, lines, list };
}

function isOnScreen(list: ReturnType<typeof useLines>['list'], index: number): boolean {
  const item = list.getVirtualItems().find((one) => one.index === index);
  const [top, height] = [list.scrollOffset, list.scrollRect?.height];
  return item !== undefined && top !== null && height !== undefined && item.start >= top && item.end <= top + height;
}

const lineOf = (pane: HTMLElement | null, id: string | undefined) =>
  pane?.querySelector<HTMLElement>(`[data-conversation="${id}"]`);

/** A line that moves under another heading is another element, and one that goes is none: the focus stays in the list. */
function useKeptFocus(ids: readonly string[], { pane, focused }: Pick<ReturnType<typeof useLines>, 'pane' | 'focused'>) {
  const before = useRef(ids);
  useLayoutEffect(() => {
    const { current: id } = focused;
    if (id !== undefined && document.activeElement === document.body) {
      const next = ids.includes(id) ? id : ids[Math.min(before.current.indexOf(id), ids.length - 1)];
      lineOf(pane.current, next)?.focus({ preventScroll: true });
    }
    before.current = ids;
  }, [ids, pane, focused]);
}

/** One list, or two under a heading each where there are favourites. */
function Lines({ ids, favourites, open }: { ids: readonly string[]; favourites: number; open: string | undefined }) {
  const { t } = useLingui();
  const { pane, focused, lines, list } = useLines(ids, favourites);
  useKeptFocus(ids, { pane, focused });

  const openAt = open === undefined ? -1 : lines.indexOf(open);
  const shownFor = useRef<string>(undefined);
  useEffect(() => {
    // Only when another conversation was opened: a line that moves up because somebody wrote must not drag the list along.
    if (openAt === -1 || shownFor.current === open) return;
    shownFor.current = open;
    // One that is on screen was clicked, mostly: to ask where to scroll would make the browser lay out the page for nothing.
    if (isOnScreen(list, openAt)) return;
    list.scrollToIndex(openAt, { align: 'auto' });
  }, [open, openAt, list]);

  const walk = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || focused.current === undefined) return;
    const next = ids[ids.indexOf(focused.current) + step];
    if (next === undefined) return;
    event.preventDefault();
    list.scrollToIndex(lines.indexOf(next), { align: 'auto' });
    requestAnimationFrame(() => lineOf(pane.current, next)?.focus());
  };

  /** The conversations from one place of `ids` on, before another. */
  const part = (label: string, from: number, to: number) => (
    <ul
      aria-label={label}
      onKeyDown={walk}
      onFocus={(event) => {
        focused.current = event.target.closest<HTMLElement>('[data-conversation]')?.dataset.conversation;
      }}
      onBlur={() => {
        focused.current = undefined;
      }}
    >
      {list.getVirtualItems().map((item) => {
        const at = ids.indexOf(String(item.key), from);
        if (at === -1 || at >= to) return null;
        return (
          <li
            key={item.key}
            aria-setsize={to - from}
            aria-posinset={at - from + 1}
            className="absolute inset-x-0 top-0"
            style={{ height: item.size, transform: `translateY(${item.start}px)` }}
          >
            <ConversationRow id={String(item.key)} selected={item.key === open} />
          </li>
        );
      })}
    </ul>
  );
  const heading = (key: string, words: string) => {
    const item = list.getVirtualItems().find((one) => one.key === key);
    return (
      item && (
        <h2
          className="absolute inset-x-0 top-0 flex items-end px-4.5 pb-1 text-xs font-semibold text-soft"
          style={{ height: item.size, transform: `translateY(${item.start}px)` }}
        >
          {words}
        </h2>
      )
    );
  };

  return (
    <div ref={pane} className="scroll-pane min-h-0 flex-1 pb-[env(safe-area-inset-bottom)]">
      <div className="relative" style={{ height: list.getTotalSize() }}>
        {favourites > 0 && (
          <>
            {heading(FAVOURITES, t`Favourites`)}
            {part(t`Favourites`, 0, favourites)}
          </>
        )}
        {favourites < ids.length && (
          <>
            {heading(OTHERS, t`Conversations`)}
            {part(t`Conversations`, favourites, ids.length)}
          </>
        )}
      </div>
    </div>
  );
}
