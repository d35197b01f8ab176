import { lazy } from 'react';
import type { Feature } from '@/features/slots';

/** What was linked in a conversation, in its details. */
export const links: Feature = {
  infoSections: [{ id: 'links', order: 70, Component: lazy(() => import('./section')) }],
};
