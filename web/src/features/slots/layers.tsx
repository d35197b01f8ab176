import { type ComponentType, type ReactNode, Suspense } from 'react';
import { cell } from '@/lib/cell';
import { useReadable } from '@/lib/readable';

interface Layer {
  key: number;
  render: (close: () => void) => ReactNode;
}

const layers = cell<readonly Layer[]>([]);
let last = 0;

/** Shows a dialog, sheet or popup above everything, from where there is no component: `openLayer(Forward, { message })`. */
export function openLayer<P extends object>(Component: ComponentType<P & { onClose: () => void }>, props: P): void {
  last += 1;
  const layer = { key: last, render: (onClose: () => void) => <Component {...props} onClose={onClose} /> };
  layers.set([...layers.get(), layer]);
}

/** Where they are drawn; mounted once, by the shell. */
export function Layers() {
  const close = (gone: number) => layers.set(layers.get().filter(({ key }) => key !== gone));
  return useReadable(layers).map(({ key, render }) => <Suspense key={key}>{render(() => close(key))}</Suspense>);
}
