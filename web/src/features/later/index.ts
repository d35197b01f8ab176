import { t } from '@lingui/core/macro';
import { AlarmClock, Bookmark, BookmarkMinus, CalendarClock, Clock, EyeOff } from 'lucide-react';
import { lazy } from 'react';
import { type Feature, type MessageContext, openLayer } from '@/features/slots';
import { paths } from '@/lib/paths';
import { hide, hidesHidden } from './hidden';
import { isSaved, save } from './saved';
import { schedule } from './schedule';

const RemindDialog = lazy(() => import('./remind-dialog'));
const isThere = ({ message }: MessageContext) => message.seq > 0 && !message.deleted;

export const later: Feature = {
  messageActions: [
    {
      id: 'remind',
      order: 120,
      icon: AlarmClock,
      label: () => t`Remind me`,
      available: isThere,
      run: ({ engine, message }) => openLayer(RemindDialog, { engine, message }),
    },
    {
      id: 'save',
      order: 121,
      icon: Bookmark,
      label: () => t`Save`,
      available: (context) => isThere(context) && !isSaved(context),
      run: ({ engine, message }) => save(engine, message, true),
    },
    {
      id: 'unsave',
      order: 122,
      icon: BookmarkMinus,
      label: () => t`Remove from saved`,
      available: (context) => isThere(context) && isSaved(context),
      run: ({ engine, message }) => save(engine, message, false),
    },
    {
      id: 'hide',
      order: 920,
      icon: EyeOff,
      danger: true,
      label: () => t`Delete for me`,
      available: ({ message }) => message.seq > 0,
      run: ({ engine, message }) => hide(engine, [message]),
      runMany: ({ engine, messages }) => hide(engine, messages),
    },
  ],
  messageFilters: [{ id: 'hidden', hides: hidesHidden }],
  composerActions: [{ id: 'schedule', order: 100, icon: CalendarClock, label: () => t`Send later`, run: schedule }],
  sidebarEntries: [
    {
      id: 'later',
      order: 50,
      icon: Clock,
      label: () => t`Later`,
      href: paths.screen('later'),
      Badge: lazy(() => import('./badge')),
    },
  ],
  effects: [{ id: 'reminders', Component: lazy(() => import('./due')) }],
  screens: [{ id: 'later', Component: lazy(() => import('./later')) }],
};
