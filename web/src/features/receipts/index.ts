import { t } from '@lingui/core/macro';
import { CheckCheck } from 'lucide-react';
import { lazy } from 'react';
import { type Feature, openLayer } from '@/features/slots';
import { Tick } from './tick';

export const SeenBy = lazy(() => import('./seen-by'));

export const receipts: Feature = {
  // Not lazy: a row that grows later would push what one reads away.
  messageMarks: [{ id: 'tick', order: 200, when: ({ own }) => own, Component: Tick }],
  messageParts: [
    {
      id: 'readers',
      place: 'under',
      order: 900,
      when: ({ message }) => message.seq > 0 && !message.deleted,
      Component: lazy(() => import('./readers')),
    },
  ],
  messageActions: [
    {
      id: 'seen_by',
      order: 210,
      icon: CheckCheck,
      label: () => t`Seen by`,
      available: ({ conversation, message }) => conversation.kind !== 'notes' && message.seq > 0 && !message.deleted,
      run: ({ engine, message }) => openLayer(SeenBy, { engine, message }),
    },
  ],
};
