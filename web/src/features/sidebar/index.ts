import { t } from '@lingui/core/macro';
import type { Feature, ShortcutContext, ShortcutContribution } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { neighbour } from './model';

export { Sidebar } from './sidebar';

const step =
  (by: 1 | -1, unreadOnly: boolean) =>
  ({ engine, open }: ShortcutContext) => {
    const next = neighbour(engine, open, by, unreadOnly);
    if (next) navigate(paths.conversation(next), { replace: open !== undefined });
  };

const walks: readonly ShortcutContribution[] = [
  { id: 'next_conversation', order: 30, keys: 'Alt+ArrowDown', label: () => t`Next conversation`, run: step(1, false) },
  { id: 'previous_conversation', order: 31, keys: 'Alt+ArrowUp', label: () => t`Previous conversation`, run: step(-1, false) },
  { id: 'next_unread', order: 32, keys: 'Alt+Shift+ArrowDown', label: () => t`Next unread conversation`, run: step(1, true) },
  {
    id: 'previous_unread',
    order: 33,
    keys: 'Alt+Shift+ArrowUp',
    label: () => t`Previous unread conversation`,
    run: step(-1, true),
  },
];

export const sidebar: Feature = { shortcuts: walks };
