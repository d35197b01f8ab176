import { useMemo } from 'react';
import type { ConversationView, Me, Readable, User } from '@/engine';
import { useReadable } from '@/lib/readable';
import { useEngine } from './context';

export function useMe(): Me {
  return useReadable(useEngine().me);
}

/** For what may not be there: the engine would ask the server for any id it is given. */
const NOTHING = { get: () => undefined, subscribe: () => () => undefined };

export function useConversation(id: string | undefined): ConversationView | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => (id === undefined ? NOTHING : engine.conversation(id)), [engine, id]));
}

/**
 * Without the draft and what waits to be sent, which change with every key and every send: the same object until something
 * else does. For what is large and shows neither.
 */
export function useSettledConversation(id: string): ConversationView | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => settled(engine.conversation(id)), [engine, id]));
}

function settled(readable: Readable<ConversationView | undefined>): Readable<ConversationView | undefined> {
  let seen: ConversationView | undefined;
  let kept: ConversationView | undefined;
  return {
    subscribe: (listener) => readable.subscribe(listener),
    get: () => {
      const view = readable.get();
      if (view !== seen) {
        seen = view;
        const { draft: _, pending: __, ...rest } = view ?? {};
        if (view === undefined || kept === undefined || !alike(kept, rest)) kept = view && (rest as ConversationView);
      }
      return kept;
    },
  };
}

function alike(one: object, other: object): boolean {
  const [ones, others] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return ones.length === others.size && ones.every(([key, value]) => others.has(key) && Object.is(others.get(key), value));
}

export function useUser(id: string | undefined): User | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => (id === undefined ? NOTHING : engine.user(id)), [engine, id]));
}
