import { t } from '@lingui/core/macro';
import { Pin } from 'lucide-react';
import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { PinnedMark } from './mark';

export const pins: Feature = {
  messageActions: [
    {
      id: 'pin',
      order: 60,
      icon: Pin,
      label: ({ message }) => (message.pinned ? t`Unpin` : t`Pin`),
      run: ({ engine, message: { conversation, seq, pinned = false } }) => void engine.pin(conversation, seq, !pinned),
    },
  ],
  messageMarks: [{ id: 'pinned', order: 20, when: ({ message }) => message.pinned === true, Component: PinnedMark }],
  conversationBanners: [{ id: 'pins', Component: lazy(() => import('./banner')) }],
  infoSections: [{ id: 'pins', order: 60, Component: lazy(() => import('./section')) }],
};
