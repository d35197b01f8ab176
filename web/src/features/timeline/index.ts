import { t } from '@lingui/core/macro';
import { CalendarDays, SquareCheck } from 'lucide-react';
import type { Feature } from '@/features/slots';
import { toggle } from './selection';
import { openDayPicker } from './separators';

export { showMessage } from './jumps';
export { isolated, useNames } from './names';
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
  conversationActions: [
    {
      id: 'jump_to_day',
      order: 200,
      icon: CalendarDays,
      label: () => t`Jump to a day`,
      run: (context) => openDayPicker({ ...context, at: Date.now() }),
    },
  ],
};
