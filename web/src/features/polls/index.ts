import { t } from '@lingui/core/macro';
import { ListChecks } from 'lucide-react';
import { lazy } from 'react';
import { type Feature, openLayer } from '@/features/slots';
import { Ballot } from './ballot';
import { pollOf } from './model';

const NewPoll = lazy(() => import('./new-poll'));

export const polls: Feature = {
  composerActions: [
    {
      id: 'poll',
      order: 50,
      icon: ListChecks,
      label: () => t`New poll`,
      run: ({ engine, conversation }) => openLayer(NewPoll, { engine, conversation: conversation.id }),
    },
  ],
  // Not lazy: a row that grows later would push what one reads away.
  messageParts: [
    { id: 'poll', order: 50, place: 'bottom', when: ({ message }) => pollOf(message) !== undefined, Component: Ballot },
  ],
};
