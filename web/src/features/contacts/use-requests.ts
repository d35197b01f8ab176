import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { ConversationView } from '@/engine';
import { useEngine } from '@/features/session';

/** What strangers began, latest first. */
export function useRequests(state: 'pending' | 'ignored'): readonly ConversationView[] {
  const engine = useEngine();
  const last = useRef<readonly ConversationView[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => {
      let stops: (() => void)[] = [];
      const follow = () => {
        for (const stop of stops) stop();
        stops = engine.requests.get().map((id) => engine.conversation(id).subscribe(listener));
      };
      follow();
      const stop = engine.requests.subscribe(() => {
        follow();
        listener();
      });
      return () => {
        stop();
        for (const stop of stops) stop();
      };
    },
    [engine],
  );
  const get = () => {
    const all = engine.requests.get().map((id) => engine.conversation(id).get());
    const found = all.filter((one): one is ConversationView => one?.my.request === state);
    if (found.length !== last.current.length || found.some((one, i) => one !== last.current[i])) last.current = found;
    return last.current;
  };
  return useSyncExternalStore(subscribe, get);
}
