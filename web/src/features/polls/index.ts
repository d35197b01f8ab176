import type { Feature } from '@/features/slots';
import { Ballot } from './ballot';
import { pollOf } from './model';
import { PollButton } from './poll-button';

export const polls: Feature = {
  composerButtons: [{ id: 'poll', place: 'start', order: 150, Component: PollButton }],
  // Not lazy: a row that grows later would push what one reads away.
  messageParts: [
    { id: 'poll', order: 50, place: 'bottom', when: ({ message }) => pollOf(message) !== undefined, Component: Ballot },
  ],
};
