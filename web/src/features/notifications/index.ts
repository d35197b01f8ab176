import { t } from '@lingui/core/macro';
import { Bell } from 'lucide-react';
import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { paths } from '@/lib/paths';
import { due } from './card-state';

/** What calls one: the list of it, and being called while one looks elsewhere. */
export const notifications: Feature = {
  sidebarEntries: [
    {
      id: 'activity',
      order: 10,
      icon: Bell,
      label: () => t`Activity`,
      href: paths.screen('activity'),
      Badge: lazy(() => import('./activity-badge')),
    },
  ],
  screens: [{ id: 'activity', Component: lazy(() => import('./activity')) }],
  effects: [{ id: 'calling', Component: lazy(() => import('./calling')) }],
  settings: [
    {
      id: 'notifications',
      order: 35,
      icon: Bell,
      label: () => t`Notifications`,
      Component: lazy(() => import('./settings')),
    },
  ],
  sidebarBanners: [{ id: 'notifications', Component: lazy(() => import('./card')) }],
  // Asked for once somebody may answer, and never before.
  sendHooks: [{ id: 'notifications', sent: () => due() }],
};
