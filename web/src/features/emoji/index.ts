import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { EmojiButton } from './button';

/** All emoji beside whatever opened it. */
export const EmojiPopover = lazy(() => import('./popover'));

export const emoji: Feature = {
  composerButtons: [{ id: 'emoji', order: 80, place: 'end', Component: EmojiButton }],
};
