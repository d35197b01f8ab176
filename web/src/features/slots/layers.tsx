import { type ComponentType, Suspense, useSyncExternalStore } from 'react';

interface Layer {
  key: number;
  render: (close: () => void) => React.ReactNode;
}

let layers: readonly Layer[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Layer[]): void {
  layers = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows a dialog, sheet or popup above everything, from where there is no component: `openLayer(Forward, { message })`. */
export function openLayer<P extends object>(Component: ComponentType<P & { onClose: () => void }>, props: P): void {
  last += 1;
  const layer = { key: last, render: (onClose: () => void) => <Component {...props} onClose={onClose} /> };
  set([...layers, layer]);
}

/** Where they are drawn; mounted once, by the shell. */
export function Layers() {
  return useSyncExternalStore(subscribe, () => layers).map(({ key, render }) => (
    <Suspense key={key}>{render(() => set(layers.filter((layer) => layer.key !== key)))}</Suspense>
  ));
}
