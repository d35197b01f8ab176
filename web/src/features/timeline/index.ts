import type { Feature } from '@/features/slots';
import { Tick } from './tick';

export { Timeline } from './timeline';

export const timeline: Feature = {
  messageMarks: [{ id: 'tick', order: 200, when: ({ own }) => own, Component: Tick }],
};
