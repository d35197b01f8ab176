import { t } from '@lingui/core/macro';
import { lazy } from 'react';
import { type Feature, openLayer } from '@/features/slots';

export { groupsOf } from './groups';
export { useShortcuts } from './use-shortcuts';

const ShortcutSheet = lazy(() => import('./sheet'));

export const shortcuts: Feature = {
  shortcuts: [
    {
      id: 'help',
      order: 90,
      keys: 'Control+Slash',
      label: () => t`These shortcuts`,
      run: () => openLayer(ShortcutSheet, {}),
    },
  ],
};
