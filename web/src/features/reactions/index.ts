import { t } from '@lingui/core/macro';
import { Smile, SmilePlus } from 'lucide-react';
import type { Feature } from '@/features/slots';
import { Chips } from './chips';
import { openQuick, openWho } from './layers';

const some = (reactions: readonly unknown[] | undefined) => (reactions?.length ?? 0) > 0;

export const reactions: Feature = {
  messageActions: [
    {
      id: 'react',
      order: 10,
      icon: SmilePlus,
      label: () => t`React`,
      shortcut: { keys: '+', label: () => t`React` },
      toolbar: true,
      run: ({ engine, message, row }) => openQuick(engine, message, row),
    },
    {
      id: 'who_reacted',
      order: 220,
      icon: Smile,
      label: () => t`Who reacted`,
      available: ({ message }) => some(message.reactions),
      run: ({ engine, message }) => openWho(engine, message),
    },
  ],
  // Not lazy: a row that grows later would push what one reads away.
  messageParts: [
    { id: 'reactions', order: 10, place: 'under', when: ({ message }) => some(message.reactions), Component: Chips },
  ],
};
