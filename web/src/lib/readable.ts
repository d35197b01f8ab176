import { useSyncExternalStore } from 'react';

/** The engine's readable state, as React sees it. `get` must answer the same reference until something changed. */
export function useReadable<T>(readable: { get(): T; subscribe(listener: () => void): () => void }): T {
  return useSyncExternalStore(
    (listener) => readable.subscribe(listener),
    () => readable.get(),
  );
}
