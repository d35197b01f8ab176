import { t } from '@lingui/core/macro';
import { EyeOff } from 'lucide-react';
import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { PresenceDot } from './dot';
import { RowTyping } from './row-typing';
import { PresenceSubtitle } from './subtitle';
import { TypingLine } from './typing-line';
import { PeerWords } from './words';

export { Dot, OwnDot } from './dot';
export { PresenceLine, PresenceWords } from './words';

export const presence: Feature = {
  avatarMarks: [{ id: 'presence', Component: PresenceDot }],
  rowMarks: [{ id: 'presence', order: 10, when: ({ kind }) => kind === 'direct', Component: PeerWords }],
  rowPreviews: [{ id: 'typing', order: 10, Component: RowTyping }],
  subtitles: [{ id: 'presence', order: 50, Component: PresenceSubtitle }],
  composerBanners: [{ id: 'typing', order: 10, Component: TypingLine }],
  settings: [{ id: 'privacy', order: 100, icon: EyeOff, label: () => t`Privacy`, Component: lazy(() => import('./privacy')) }],
};
