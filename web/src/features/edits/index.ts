import { t } from '@lingui/core/macro';
import { Pencil } from 'lucide-react';
import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { EditedMark } from './edited-mark';
import { editingIn, lastOwn, mayEdit } from './editing';
import { Editor } from './editor';

export const edits: Feature = {
  messageActions: [
    {
      id: 'edit',
      order: 40,
      icon: Pencil,
      label: () => t`Edit`,
      shortcut: { keys: 'KeyE', label: () => t`Edit` },
      available: ({ engine, message }) => mayEdit(engine, message),
      run: ({ engine, message: { conversation, seq, text } }) => editingIn(engine, conversation).set({ seq, text }),
    },
  ],
  shortcuts: [
    {
      id: 'edit_last',
      keys: 'ArrowUp',
      where: 'empty_composer',
      label: () => t`Edit the last message, in an empty input`,
      run: ({ engine, open }) => {
        const last = open === undefined ? undefined : lastOwn(engine, open);
        if (!last) return false;
        editingIn(engine, last.conversation).set({ seq: last.seq, text: last.text });
        return true;
      },
    },
  ],
  messageMarks: [{ id: 'edited', order: 10, when: ({ message }) => message.edited_at != null, Component: EditedMark }],
  composerBanners: [{ id: 'edit', order: 10, Component: Editor }],
  sendHooks: [
    {
      id: 'edit',
      order: 10,
      take: (engine, { conversation, text, mentions }) => {
        const editing = editingIn(engine, conversation).get();
        return editing && engine.edit(conversation, editing.seq, text, mentions);
      },
      sent: (engine, { conversation }) => editingIn(engine, conversation).set(undefined),
    },
  ],
  effects: [{ id: 'refusals', Component: lazy(() => import('./refusals')) }],
};
