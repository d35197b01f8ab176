import { useCallback, useSyncExternalStore } from 'react';

interface Readable<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

/** The engine's readable state, as React sees it. `get` must answer the same reference until something changed. */
export function useReadable<T>(readable: Readable<T>): T {
  return usePicked(readable, (value) => value);
}

/** What one needs of it: who looks is drawn anew when that changes, whatever else does. */
export function usePicked<T, P>(readable: Readable<T>, pick: (value: T) => P): P {
  const subscribe = useCallback((listener: () => void) => readable.subscribe(listener), [readable]);
  return useSyncExternalStore(subscribe, () => pick(readable.get()));
}
