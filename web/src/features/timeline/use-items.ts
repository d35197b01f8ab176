import { useEffect, useMemo, useRef, useState } from 'react';
import type { Engine, Message, Timeline, TimelineWindow } from '@/engine';
import { useSlots } from '@/features/slots';
import { useReadable } from '@/lib/readable';
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

/** What no feature lets be seen. */
function useHides(engine: Engine, conversation: string): (message: Message) => boolean {
  const { messageFilters } = useSlots();
  const joined = useMemo(() => {
    const all = messageFilters.map((filter) => filter.hides(engine, conversation));
    let parts: ((message: Message) => boolean)[] = [];
    let hides = (_: Message) => false;
    return {
      get: () => {
        const now = all.map((readable) => readable.get());
        if (now.some((part, i) => part !== parts[i])) {
          parts = now;
          hides = (message) => now.some((part) => part(message));
        }
        return hides;
      },
      subscribe: (listener: () => void) => {
        const stops = all.map((readable) => readable.subscribe(listener));
        return () => {
          for (const stop of stops) stop();
        };
      },
    };
  }, [engine, conversation, messageFilters]);
  return useReadable(joined);
}
