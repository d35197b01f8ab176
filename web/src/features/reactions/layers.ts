import { lazy } from 'react';
import type { Engine, Message } from '@/engine';
import { openLayer } from '@/features/slots';

const Quick = lazy(() => import('./quick'));
const Who = lazy(() => import('./who-dialog'));

/** The quick emoji beside what was clicked, or beside the row. */
export function openQuick(engine: Engine, message: Message, anchor: HTMLElement): void {
  openLayer(Quick, { engine, message, anchor });
}

export function openWho(engine: Engine, message: Message): void {
  openLayer(Who, { engine, message });
}
