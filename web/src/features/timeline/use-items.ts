import { useEffect, useMemo, useRef, useState } from 'react';
import type { Engine, Timeline, TimelineWindow } from '@/engine';
import { useHides } from '@/features/slots';
import { dayOf, type Item, itemsOf, reuse } from './model';
import { useTurnedAway } from './use-reading';

interface ShownItems {
  items: readonly Item[];
  /** What others wrote beyond it is new; 0: nothing is. */
  divider_seq: number;
}

/** The rows as shown, and the "New" divider: it stays where it was on opening until one sends, or turns away having read all. */
export function useItems(engine: Engine, timeline: Timeline, window: TimelineWindow): ShownItems {
  const [divider, setDivider] = useState<number>();
  const before = useRef<readonly Item[]>([]);
  const me = engine.me.get().id;
  const last = window.rows[window.rows.length - 1];
  const wrote = last?.type === 'pending' ? last.key : undefined;
  useEffect(() => {
    if (wrote !== undefined) setDivider(0);
  }, [wrote]);
  useTurnedAway(() => {
    const view = engine.conversation(timeline.conversation).get();
    if (view !== undefined && view.unread === 0) setDivider(view.head_seq);
  });
  // Who came into a thread, and who left it, is nobody's news.
  const thread = engine.conversation(timeline.conversation).get()?.kind === 'thread';
  const divider_seq = divider ?? timeline.opened_at_read_seq;
  const hides = useHides(engine, timeline.conversation);
  const { rows, has_after: more } = window;
  const items = useMemo(
    () => reuse(before.current, itemsOf(rows, { me, divider_seq, day_of: dayOf, lines: !thread, more, hides })),
    [rows, more, me, divider_seq, thread, hides],
  );
  useEffect(() => {
    before.current = items;
  }, [items]);
  return { items, divider_seq };
}
