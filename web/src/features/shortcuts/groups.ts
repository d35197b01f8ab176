import { t } from '@lingui/core/macro';
import type { Slots } from '@/features/slots';

export interface Declared {
  id: string;
  label: string;
  keys: string;
}

export interface Group {
  title: string;
  lines: Declared[];
}

/** What features have declared, by where it works. */
export function groupsOf({ shortcuts, messageActions }: Slots): { anywhere: Group; message: Group; writing: Group } {
  const declared = (wanted: 'anywhere' | 'empty_composer') =>
    shortcuts
      .filter(({ where }) => (where ?? 'anywhere') === wanted)
      .map(({ id, label, keys }) => ({ id, label: label(), keys }));
  const message = messageActions.flatMap(({ id, shortcut }) =>
    shortcut ? [{ id, label: shortcut.label(), keys: shortcut.keys }] : [],
  );
  return {
    anywhere: { title: t`Anywhere`, lines: declared('anywhere') },
    message: { title: t`On a message`, lines: message },
    writing: { title: t`While writing`, lines: declared('empty_composer') },
  };
}
