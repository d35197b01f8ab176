import { useLingui } from '@lingui/react/macro';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { ConversationView, Engine, Readable, TimelineWindow } from '@/engine';
import { usePicked } from '@/lib/readable';

const PILL =
  'flex min-h-10 items-center justify-center gap-1.5 rounded-full border border-edge bg-raised px-3 font-medium shadow-pop hover:bg-hover touch:min-h-11';

interface ToPresentProps {
  conversation: Readable<ConversationView | undefined>;
  onClick: () => void;
}

export function ToPresent({ conversation, onClick }: ToPresentProps) {
  const { t } = useLingui();
  const unread = usePicked(conversation, (view) => view?.unread ?? 0);
  return (
    <button
      type="button"
      onClick={onClick}
      aria-label={unread > 0 ? t`To the present, ${unread} unread` : t`To the present`}
      className={`${PILL} absolute end-4 bottom-3 min-w-10 touch:min-w-11`}
    >
      {unread > 0 && <span className="text-sm text-accent">{unread}</span>}
      <ArrowDown aria-hidden="true" className="size-5" />
    </button>
  );
}

export function ToNew({ count, onClick }: { count: number; onClick: () => void }) {
  const { t } = useLingui();
  return (
    <div className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center">
      <button type="button" onClick={onClick} className={`${PILL} pointer-events-auto text-sm`}>
        <ArrowUp aria-hidden="true" className="size-4" />
        {t`${count} new`}
      </button>
    </div>
  );
}

interface News {
  count: number;
  /** The first of them. */
  seq: number;
}

interface Looked {
  engine: Engine;
  conversation: string;
  window: TimelineWindow;
  divider_seq: number;
  pane: RefObject<HTMLElement | null>;
}

/** New messages that lie above what is on screen, until their beginning was seen. The answer is to be called on each scroll. */
export function useNewsAbove({ engine, conversation, window, divider_seq, pane }: Looked): [News | undefined, () => void] {
  const [news, setNews] = useState<News>();
  /** The divider whose place was on screen. */
  const seen = useRef(0);
  const look = useCallback(() => {
    const found = divider_seq === 0 || seen.current === divider_seq ? undefined : newsIn(engine, window, divider_seq);
    // Only then: to ask where things stand makes the browser lay out what has changed since.
    const row = found && pane.current?.querySelector(`[data-seq="${found.seq}"]`);
    const { top = 0, bottom = 0 } = (row && pane.current?.getBoundingClientRect()) ?? {};
    const box = row?.getBoundingClientRect();
    if (box && box.bottom > top && box.top < bottom) seen.current = divider_seq;
    const first = window.rows[0];
    const above = box ? box.bottom <= top : first?.type === 'entry' && first.entry.seq > divider_seq + 1;
    const unread = engine.conversation(conversation).get()?.unread ?? 0;
    const next = found && above ? { seq: found.seq, count: Math.max(found.count, unread) } : undefined;
    setNews((now) => (now?.seq === next?.seq && now?.count === next?.count ? now : next));
  }, [engine, conversation, window, divider_seq, pane]);
  useEffect(look, [look]);
  return [news, look];
}

/** Those of others beyond the divider; the first of them may lie before the window. */
function newsIn(engine: Engine, window: TimelineWindow, divider_seq: number): News | undefined {
  const me = engine.me.get().id;
  const fresh = window.rows.flatMap((row) =>
    row.type === 'entry' && row.entry.kind === 'message' && row.entry.seq > divider_seq && row.entry.actor !== me
      ? [row.entry.seq]
      : [],
  );
  const [first] = window.rows;
  const before = first?.type === 'entry' && first.entry.seq > divider_seq + 1;
  const seq = before ? divider_seq + 1 : fresh[0];
  return seq === undefined ? undefined : { seq, count: fresh.length };
}
