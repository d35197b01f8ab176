import { useMemo } from 'react';
import type { ConversationView, Me, User } from '@/engine';
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

export function useUser(id: string | undefined): User | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => (id === undefined ? NOTHING : engine.user(id)), [engine, id]));
}
