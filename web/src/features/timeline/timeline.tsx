import { Trans, useLingui } from '@lingui/react/macro';
import { MessageCircle } from 'lucide-react';
import { type KeyboardEvent, lazy, memo, type RefObject, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import type { Engine, TimelineWindow } from '@/engine';
import { usePicked, useReadable } from '@/lib/readable';
import { Button, EmptyState, SkeletonRows, Spinner } from '@/ui';
import { useGestures } from './gestures';
import { showMessage } from './jumps';
import { MessageRow } from './message-row';
import type { Item } from './model';
import { ToNew, ToPresent, useNewsAbove } from './pills';
import type { Scroller } from './scroller';
import { selection } from './selection';
import { openDayPicker, Separator } from './separators';
import { SystemLine } from './system-line';
import { useItems } from './use-items';
import { useAnnouncements, useReading } from './use-reading';
import { useRowActions } from './use-row-actions';
import { type Opened, useOpened, useWindow } from './use-window';

const SelectionBar = lazy(() => import('./selection-bar'));

interface TimelineProps {
  engine: Engine;
  conversation: string;
  /** Opens there and shows which message was meant. */
  seq?: number;
}

/** The messages of one conversation. What is around it may change with every key. */
export const Timeline = memo(function Timeline({ engine, conversation, seq }: TimelineProps) {
  const opened = useOpened(engine, conversation, seq);
  return opened && <MessageList engine={engine} opened={opened} seq={seq} />;
});

interface MessageListProps {
  engine: Engine;
  opened: Opened;
  seq: number | undefined;
}

function MessageList({ engine, opened, seq }: MessageListProps) {
  const { timeline } = opened;
  const { t } = useLingui();
  const pane = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { window, scroller, highlighted, away, to_latest, scrolled, again } = useWindow(engine, opened, seq, pane, content);
  const { conversation } = timeline;
  const readable = useMemo(() => engine.conversation(conversation), [engine, conversation]);
  const kind = usePicked(readable, (view) => view?.kind ?? 'group');
  const { items, divider_seq } = useItems(engine, timeline, window);
  const look = useReading(engine, conversation, scroller, window);
  useAnnouncements(engine, window);
  const [active, setActive] = useState<string>();
  const keys = items.flatMap((item) => (item.type === 'message' || item.type === 'system' ? [item.key] : []));
  const tabStop = active !== undefined && keys.includes(active) ? active : keys[keys.length - 1];
  const { onKeyDown, ...actions } = useRowActions(engine, conversation, items);
  const gestures = useGestures(actions);
  const selected = useReadable(selection);
  const [news, lookUp] = useNewsAbove({ engine, conversation, window, divider_seq, pane });
  const pickDay = useCallback(
    (at: number) => {
      const view = readable.get();
      if (view) openDayPicker({ engine, conversation: view, at });
    },
    [engine, readable],
  );

  return (
    <>
      <div
        ref={pane}
        role="log"
        aria-live="off"
        aria-label={t`Messages`}
        aria-busy={window.loading === 'initial'}
        onScroll={() => {
          scrolled();
          look();
          lookUp();
        }}
        {...gestures}
        onKeyDown={(event) => {
          onKeyDown(event);
          moveFocus(event, scroller);
        }}
        onFocus={(event) => setActive(event.target.closest<HTMLElement>('[data-key]')?.dataset.key)}
        className="scroll-pane relative min-h-0 flex-1 touch-pan-y"
      >
        <div ref={content} className="@container mx-auto flex min-h-full max-w-4xl flex-col justify-end pt-2 pb-3">
          <Edge shown={window.has_before} loading={window.loading === 'before'} />
          {items.map((item) =>
            item.type === 'message' ? (
              <MessageRow
                key={item.key}
                rowKey={item.key}
                engine={engine}
                shown={item.message}
                group={kind === 'group'}
                focusable={item.key === tabStop}
                highlighted={highlighted !== undefined && item.message.message.seq === highlighted}
              />
            ) : item.type === 'system' ? (
              <SystemLine
                key={item.key}
                rowKey={item.key}
                engine={engine}
                entry={item.entry}
                kind={kind}
                focusable={item.key === tabStop}
              />
            ) : (
              <Separator key={item.key} item={item} pickDay={pickDay} />
            ),
          )}
          <Edge shown={window.has_after} loading={window.loading === 'after'} />
        </div>
      </div>
      <Overlay window={window} items={items} again={again} />
      {news && <ToNew count={news.count} onClick={() => showMessage(conversation, news.seq)} />}
      {/* No height of its own: what stands in it stands above what comes below. */}
      <div className="relative">
        {away && window.rows.length > 0 && <ToPresent conversation={readable} onClick={to_latest} />}
      </div>
      {selected?.conversation === conversation && (
        // As high as the bar: nothing may move under the pointer when it comes.
        <Suspense fallback={<div className="min-h-13 shrink-0" />}>
          <SelectionBar engine={engine} selected={selected} />
        </Suspense>
      )}
    </>
  );
}

/** Its height is kept while there is more, so that loading moves nothing. */
function Edge({ shown, loading }: { shown: boolean; loading: boolean }) {
  if (!shown) return null;
  return <div className="flex h-10 shrink-0 items-center justify-center">{loading && <Spinner />}</div>;
}

/** What stands in for rows, or tells that some could not be fetched. */
function Overlay({ window, items, again }: { window: TimelineWindow; items: readonly Item[]; again: () => void }) {
  const { t } = useLingui();
  if (window.error !== undefined) {
    return (
      <div
        role="alert"
        className="absolute inset-x-0 top-0 flex items-center justify-center gap-3 bg-warn-soft px-4 py-2 text-sm"
      >
        <Trans>Messages could not be loaded.</Trans>
        <Button onClick={again}>
          <Trans>Try again</Trans>
        </Button>
      </div>
    );
  }
  if (window.loading === 'initial' && window.rows.length === 0) {
    return (
      <div className="pointer-events-none absolute inset-0 overflow-hidden">
        <SkeletonRows label={t`Loading messages`} />
      </div>
    );
  }
  if (window.rows.length === 0 || window.has_before || items.some((item) => item.type === 'message')) return null;
  return (
    <div className="pointer-events-none absolute inset-0 flex">
      <EmptyState icon={<MessageCircle className="size-6" />} title={t`No messages yet`}>
        <Trans>Write the first one below.</Trans>
      </EmptyState>
    </div>
  );
}

/** Arrow keys walk through the rows, of which one is a tab stop. */
function moveFocus(event: KeyboardEvent, scroller: RefObject<Scroller | undefined>): void {
  const target = event.target as HTMLElement;
  if (target.dataset.key === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = scroller.current?.rows() ?? [];
  const at = rows.indexOf(target);
  const next = { ArrowUp: rows[at - 1], ArrowDown: rows[at + 1], Home: rows[0], End: rows[rows.length - 1] }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}
