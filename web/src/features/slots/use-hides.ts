import { useMemo } from 'react';
import type { Engine, Message } from '@/engine';
import { useReadable } from '@/lib/readable';
import { useSlots } from './context';

/** What of a conversation no feature lets be seen. */
export function useHides(engine: Engine, conversation: string): (message: Message) => boolean {
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
