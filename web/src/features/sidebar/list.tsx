import { Trans, useLingui } from '@lingui/react/macro';
import { MessageCircleMore } from 'lucide-react';
import { type KeyboardEvent, lazy, Suspense, useEffect, useLayoutEffect, useRef } from 'react';
import { Link } from 'wouter';
import { paths } from '@/lib/paths';
import { buttonClass, EmptyState, SkeletonRows } from '@/ui';
import { held } from './arrangement';
import { bottomOf, FAVOURITES, type Line, OTHERS } from './lines';
import { useConversationIds } from './model';
import { ConversationRow } from './row';
import { type Lines as AllLines, useLines } from './use-lines';

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

const placeOf = ({ top_px, height_px }: Line) => ({ height: height_px, transform: `translateY(${top_px}px)` });

const lineOf = (pane: HTMLElement | null, id: string | undefined) =>
  pane?.querySelector<HTMLElement>(`[data-conversation="${id}"]`);

/** A line that moves under another heading is another element, and one that goes is none: the focus stays in the list. */
function useKeptFocus(ids: readonly string[], { pane, focused }: Pick<AllLines, 'pane' | 'focused'>) {
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
  const { pane, focused, lines, drawn, show } = useLines(ids, favourites);
  useKeptFocus(ids, { pane, focused });

  const shownFor = useRef<string>(undefined);
  useEffect(() => {
    // Only when another conversation was opened: a line that moves up because somebody wrote must not drag the list along.
    if (open === undefined || shownFor.current === open || !ids.includes(open)) return;
    shownFor.current = open;
    show(open);
  });

  const walk = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || focused.current === undefined) return;
    const next = ids[ids.indexOf(focused.current) + step];
    if (next === undefined) return;
    event.preventDefault();
    show(next);
    const line = lineOf(pane.current, next);
    // At once, as the next key may come before the next frame; which draws a line that was out of sight.
    if (line) line.focus({ preventScroll: true });
    else requestAnimationFrame(() => lineOf(pane.current, next)?.focus());
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
      {drawn.map((line) => {
        const at = ids.indexOf(line.key, from);
        if (at === -1 || at >= to) return null;
        return (
          <li
            key={line.key}
            aria-setsize={to - from}
            aria-posinset={at - from + 1}
            className="absolute inset-x-0 top-0"
            style={placeOf(line)}
          >
            <ConversationRow id={line.key} selected={line.key === open} />
          </li>
        );
      })}
    </ul>
  );
  const heading = (key: string, words: string) => {
    const line = drawn.find((one) => one.key === key);
    return (
      line && (
        <h2 className="absolute inset-x-0 top-0 flex items-end px-4.5 pb-1 text-xs font-semibold text-soft" style={placeOf(line)}>
          {words}
        </h2>
      )
    );
  };

  const last = lines[lines.length - 1];
  return (
    <div ref={pane} className="scroll-pane min-h-0 flex-1 pb-[env(safe-area-inset-bottom)]">
      <div className="relative" style={{ height: last && bottomOf(last) }}>
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
