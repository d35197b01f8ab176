/** Select mode: several messages of one conversation, to do one thing to all of them. */
import { useCallback, useSyncExternalStore } from 'react';
import { cell } from '@/lib/cell';

export interface Selection {
  conversation: string;
  seqs: ReadonlySet<number>;
}

export const selection = cell<Selection | undefined>(undefined);

export function toggle(conversation: string, seq: number): void {
  const now = selection.get();
  const seqs = new Set(now?.conversation === conversation ? now.seqs : []);
  if (!seqs.delete(seq)) seqs.add(seq);
  selection.set(seqs.size === 0 ? undefined : { conversation, seqs });
}

export function selectNothing(): void {
  selection.set(undefined);
}

/** Undefined outside of select mode. Only rows whose own answer changed are rendered anew. */
export function useSelected(conversation: string, seq: number): boolean | undefined {
  const get = useCallback(() => {
    const now = selection.get();
    return now?.conversation === conversation ? now.seqs.has(seq) : undefined;
  }, [conversation, seq]);
  return useSyncExternalStore(selection.subscribe, get);
}
