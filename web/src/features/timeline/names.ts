import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { Engine } from '@/engine';

/** Isolates a name from the direction of the sentence around it, where an element cannot (Unicode UAX #9: FSI, PDI). */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

/** Names of people by id, in order; '' while unknown. */
export function useNames(engine: Engine, ids: readonly string[]): readonly string[] {
  const key = ids.join(',');
  const last = useRef<readonly string[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = (key === '' ? [] : key.split(',')).map((id) => engine.user(id).subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [engine, key],
  );
  const get = () => {
    const names = ids.map((id) => engine.user(id).get()?.name ?? '');
    const same = names.length === last.current.length && names.every((name, i) => name === last.current[i]);
    if (!same) last.current = names;
    return last.current;
  };
  return useSyncExternalStore(subscribe, get);
}
