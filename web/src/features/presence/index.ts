import { t } from '@lingui/core/macro';
import { EyeOff } from 'lucide-react';
import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { PresenceDot } from './dot';
import { PresenceSubtitle } from './subtitle';
import { TypingLine } from './typing-line';

export const presence: Feature = {
  rowMarks: [{ id: 'presence', order: 10, when: ({ kind }) => kind === 'direct', Component: PresenceDot }],
  subtitles: [{ id: 'presence', order: 50, Component: PresenceSubtitle }],
  composerBanners: [{ id: 'typing', order: 10, Component: TypingLine }],
  settings: [{ id: 'privacy', order: 100, icon: EyeOff, label: () => t`Privacy`, Component: lazy(() => import('./privacy')) }],
};
