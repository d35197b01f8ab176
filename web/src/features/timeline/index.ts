import { t } from '@lingui/core/macro';
import { SquareCheck } from 'lucide-react';
import type { Feature } from '@/features/slots';
import { toggle } from './selection';
import { Tick } from './tick';

export { showMessage } from './jumps';
export { Timeline } from './timeline';

export const timeline: Feature = {
  messageActions: [
    {
      id: 'select',
      order: 300,
      icon: SquareCheck,
      label: () => t`Select`,
      run: ({ message }) => toggle(message.conversation, message.seq),
    },
  ],
  messageMarks: [{ id: 'tick', order: 200, when: ({ own }) => own, Component: Tick }],
};
