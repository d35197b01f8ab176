import { t } from '@lingui/core/macro';
import { Archive, ArchiveRestore, BellOff, BellRing, Mail, MailOpen, Star, StarOff } from 'lucide-react';
import { lazy } from 'react';
import { type Feature, openLayer } from '@/features/slots';
import { FavouriteMark, SilentMark } from './marks';
import { isFresh, markRead, put, setArchived } from './model';

const CallsDialog = lazy(() => import('./calls-dialog'));

/** Where a conversation stands for the reader: what it calls for, at the top, out of the way, unread by hand. */
export const standing: Feature = {
  conversationActions: [
    {
      id: 'mark_read',
      order: 20,
      icon: MailOpen,
      label: () => t`Mark as read`,
      available: ({ conversation }) => isFresh(conversation),
      run: markRead,
    },
    {
      id: 'mark_unread',
      order: 20,
      icon: Mail,
      label: () => t`Mark as unread`,
      available: ({ conversation }) => !isFresh(conversation),
      run: (context) => void put(context, { marked_unread: true }),
    },
    {
      id: 'favourite',
      order: 30,
      icon: Star,
      label: () => t`Add to favourites`,
      available: ({ conversation }) => !conversation.my.favourite,
      run: (context) => void put(context, { favourite: true }),
    },
    {
      id: 'no_favourite',
      order: 30,
      icon: StarOff,
      label: () => t`Remove from favourites`,
      available: ({ conversation }) => conversation.my.favourite === true,
      run: (context) => void put(context, { favourite: false }),
    },
    {
      id: 'unmute',
      order: 40,
      icon: BellRing,
      label: () => t`Unmute`,
      available: ({ conversation }) => conversation.my.muted_until != null && conversation.muted,
      run: (context) => void put(context, { muted_until: null }),
    },
    {
      id: 'calls',
      order: 41,
      icon: BellOff,
      label: () => t`Mute and notifications`,
      run: ({ conversation }) => openLayer(CallsDialog, { id: conversation.id }),
    },
    {
      id: 'archive',
      order: 50,
      icon: Archive,
      label: () => t`Archive`,
      available: ({ conversation }) => !conversation.my.archived,
      run: (context) => setArchived(context, true),
    },
    {
      id: 'unarchive',
      order: 50,
      icon: ArchiveRestore,
      label: () => t`Move out of the archive`,
      available: ({ conversation }) => conversation.my.archived === true,
      run: (context) => setArchived(context, false),
    },
  ],
  rowMarks: [
    { id: 'silent', order: 20, when: ({ muted }) => muted, Component: SilentMark },
    { id: 'favourite', order: 10, when: ({ my }) => my.favourite === true, Component: FavouriteMark },
  ],
  effects: [{ id: 'read_on_opening', Component: lazy(() => import('./read-on-opening')) }],
};
