import { lazy } from 'react';
import type { Feature } from '@/features/slots';

/** What was linked in a conversation, in its details. */
export const links: Feature = {
  // What a stranger linked leads nowhere until one has accepted them.
  infoSections: [{ id: 'links', order: 70, when: ({ my }) => my.request == null, Component: lazy(() => import('./section')) }],
};
