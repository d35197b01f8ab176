import { t } from '@lingui/core/macro';
import { Reply } from 'lucide-react';
import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { Quote } from './quote';
import { targetIn } from './targets';

export const replies: Feature = {
  messageActions: [
    {
      id: 'reply',
      order: 20,
      icon: Reply,
      label: () => t`Reply`,
      shortcut: { keys: 'KeyR', label: () => t`Reply` },
      toolbar: true,
      swipe: true,
      run: ({ engine, message }) => targetIn(engine, message.conversation).set(message.seq),
    },
  ],
  // Not lazy: a row that grows later would push what one reads away.
  messageParts: [{ id: 'quote', order: 10, place: 'top', when: ({ message }) => message.reply_to != null, Component: Quote }],
  composerBanners: [{ id: 'reply', Component: lazy(() => import('./reply-bar')) }],
  sendHooks: [
    {
      id: 'reply',
      extras: (engine, conversation) => {
        const reply_to = targetIn(engine, conversation).get();
        return reply_to === undefined ? {} : { reply_to };
      },
      sent: (engine, { conversation }) => targetIn(engine, conversation).set(undefined),
      failed: (engine, { conversation, reply_to }) => targetIn(engine, conversation).set(reply_to ?? undefined),
    },
  ],
};
