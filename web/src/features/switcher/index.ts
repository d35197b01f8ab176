import { t } from '@lingui/core/macro';
import { lazy, useEffect } from 'react';
import { type Feature, openLayer } from '@/features/slots';
import { afterPaint } from '@/lib/frames';
import { usePlace } from '@/lib/navigation';
import { visited } from './visits';

const Switcher = lazy(() => import('./switcher'));

export function openSwitcher(): void {
  openLayer(Switcher, {});
}

function Visits() {
  const place = usePlace();
  const open = place.screen === 'conversation' ? place.id : undefined;
  // It is written down at once and to the device: not while one waits to see the conversation.
  useEffect(() => (open === undefined ? undefined : afterPaint(() => visited(open))), [open]);
  return null;
}

export const switcher: Feature = {
  effects: [{ id: 'visits', Component: Visits }],
  shortcuts: [{ id: 'switcher', order: 10, keys: '$mod+KeyK', label: () => t`Find a conversation`, run: openSwitcher }],
};
