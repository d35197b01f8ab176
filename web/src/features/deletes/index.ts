import { t } from '@lingui/core/macro';
import { Trash2, Undo2 } from 'lucide-react';
import type { Feature } from '@/features/slots';
import { isFresh, mayDelete, remove, unsend } from './model';

export const deletes: Feature = {
  messageActions: [
    {
      id: 'unsend',
      order: 900,
      icon: Undo2,
      label: () => t`Undo sending`,
      available: ({ engine, message }) => isFresh(engine, message),
      run: ({ engine, message }) => unsend(engine, message),
    },
    {
      id: 'delete',
      order: 910,
      icon: Trash2,
      label: ({ conversation }) => (conversation.kind === 'notes' ? t`Delete` : t`Delete for everyone`),
      shortcut: { keys: 'Delete', label: () => t`Delete for everyone` },
      danger: true,
      available: ({ engine, conversation, message }) => mayDelete(engine, conversation, message),
      run: ({ engine, message }) => remove(engine, [message]),
      runMany: ({ engine, messages }) => remove(engine, messages),
    },
  ],
};
