import { lazy } from 'react';
import type { Feature } from '@/features/slots';

/** All emoji beside whatever opened it. */
export const EmojiPopover = lazy(() => import('./popover'));

export const emoji: Feature = {
  composerButtons: [{ id: 'emoji', order: 80, Component: lazy(() => import('./button')) }],
};
