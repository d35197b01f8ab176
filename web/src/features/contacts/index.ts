import { t } from '@lingui/core/macro';
import { Ban, Contact, MessageCircleQuestion, UserRound } from 'lucide-react';
import { lazy } from 'react';
import { type ConversationContext, type Feature, openLayer } from '@/features/slots';
import { paths } from '@/lib/paths';
import { Cover } from './cover';
import { Gate } from './gate';
import { block, isBlocked } from './model';

const ProfileCard = lazy(() => import('./profile-card'));

/** Who somebody is, and what one can do about them. */
export function showProfile(user: string): void {
  openLayer(ProfileCard, { user });
}

const peer = ({ conversation: { kind, peer } }: ConversationContext) => (kind === 'direct' ? (peer ?? undefined) : undefined);
const blocked = (context: ConversationContext) => {
  const other = peer(context);
  return other !== undefined && isBlocked(context.engine, other.id);
};

export const contacts: Feature = {
  screens: [
    { id: 'contacts', Component: lazy(() => import('./contacts-screen')) },
    { id: 'requests', Component: lazy(() => import('./requests-screen')) },
  ],
  sidebarEntries: [
    {
      id: 'requests',
      order: 10,
      icon: MessageCircleQuestion,
      label: () => t`Requests`,
      href: paths.screen('requests'),
      Badge: lazy(() => import('./requests-badge')),
    },
    { id: 'contacts', order: 60, icon: Contact, label: () => t`Contacts`, href: paths.screen('contacts') },
  ],
  aroundComposer: [{ id: 'request', order: 10, Component: Gate }],
  messageCovers: [{ id: 'blocked', when: ({ own, message }) => !own && message.seq > 0, Component: Cover }],
  messageActions: [
    {
      id: 'profile',
      order: 180,
      icon: UserRound,
      label: () => t`Profile`,
      available: ({ engine, message }) => message.sender !== engine.me.get().id,
      run: ({ message }) => showProfile(message.sender),
    },
  ],
  conversationActions: [
    {
      id: 'profile',
      order: 20,
      icon: UserRound,
      label: () => t`Profile`,
      available: (context) => peer(context) !== undefined,
      run: (context) => {
        const other = peer(context);
        if (other) showProfile(other.id);
      },
    },
    {
      id: 'block',
      order: 180,
      icon: Ban,
      label: (context) => (blocked(context) ? t`Unblock` : t`Block`),
      danger: true,
      available: (context) => peer(context) !== undefined,
      run: (context) => {
        const other = peer(context);
        if (other) void block(context.engine, other, !blocked(context));
      },
    },
  ],
  infoSections: [
    { id: 'about', order: 10, when: ({ kind }) => kind === 'direct', Component: lazy(() => import('./about-peer')) },
  ],
  settings: [
    { id: 'blocked', order: 190, icon: Ban, label: () => t`Blocked people`, Component: lazy(() => import('./blocked-section')) },
  ],
};
