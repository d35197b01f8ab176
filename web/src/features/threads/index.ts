import { t } from '@lingui/core/macro';
import { MessagesSquare } from 'lucide-react';
import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { Summary } from './summary';
import { UnreadThreads } from './unread';

export const threads: Feature = {
  messageActions: [
    {
      id: 'thread',
      order: 30,
      icon: MessagesSquare,
      label: () => t`Reply in a thread`,
      shortcut: { keys: 'KeyT', label: () => t`Reply in a thread` },
      toolbar: true,
      available: ({ conversation, message }) => conversation.kind !== 'thread' && message.deleted !== true,
      run: ({ message }) => navigate(paths.thread(message)),
    },
  ],
  messageParts: [{ id: 'thread', order: 90, place: 'under', when: ({ message }) => message.thread != null, Component: Summary }],
  panels: [{ id: 'thread', Component: lazy(() => import('./panel')) }],
  screens: [{ id: 'threads', Component: lazy(() => import('./screen')) }],
  sidebarEntries: [
    {
      id: 'threads',
      order: 30,
      icon: MessagesSquare,
      label: () => t`Threads`,
      href: paths.screen('threads'),
      Badge: UnreadThreads,
    },
  ],
};
