import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { hidesExpired } from './expired';
import { Hourglass } from './hourglass';

export const disappearing: Feature = {
  messageMarks: [
    { id: 'hourglass', order: 50, when: ({ message }) => message.expires_at != null && !message.deleted, Component: Hourglass },
  ],
  messageFilters: [{ id: 'disappearing', hides: hidesExpired }],
  infoSections: [{ id: 'disappearing', order: 200, Component: lazy(() => import('./setting')) }],
};
