import { t } from '@lingui/core/macro';
import { Forward } from 'lucide-react';
import { lazy } from 'react';
import type { Engine, Message } from '@/engine';
import { type Feature, openLayer } from '@/features/slots';
import { ForwardedLine } from './line';

const Dialog = lazy(() => import('./dialog'));

const open = (engine: Engine, messages: readonly Message[]) => openLayer(Dialog, { engine, messages });

export const forward: Feature = {
  messageActions: [
    {
      id: 'forward',
      order: 50,
      icon: Forward,
      label: () => t`Forward`,
      shortcut: { keys: 'KeyF', label: () => t`Forward` },
      available: ({ message }) => message.text !== '',
      run: ({ engine, message }) => open(engine, [message]),
      runMany: ({ engine, messages }) => open(engine, messages),
    },
  ],
  messageParts: [
    {
      id: 'forwarded',
      order: 5,
      place: 'top',
      when: ({ message, pending }) => message.forwarded != null || pending?.forward != null,
      Component: ForwardedLine,
    },
  ],
};
