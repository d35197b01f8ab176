import { useMemo } from 'react';
import type { ConversationView, Me, User } from '@/engine';
import { useReadable } from '@/lib/readable';
import { useEngine } from './context';

export function useMe(): Me {
  return useReadable(useEngine().me);
}

export function useConversation(id: string): ConversationView | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => engine.conversation(id), [engine, id]));
}

export function useUser(id: string): User | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => engine.user(id), [engine, id]));
}
