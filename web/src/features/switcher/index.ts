import { t } from '@lingui/core/macro';
import { lazy } from 'react';
import { type Feature, openLayer } from '@/features/slots';

const Switcher = lazy(() => import('./switcher'));

export function openSwitcher(): void {
  openLayer(Switcher, {});
}

export const switcher: Feature = {
  shortcuts: [{ id: 'switcher', order: 10, keys: '$mod+KeyK', label: () => t`Find a conversation`, run: openSwitcher }],
};
