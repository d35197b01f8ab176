/**
 * What a start loads comes in few files: what both sides of the sign-in need, and what only a signed-in start needs. Left
 * alone, every module that some later part shares becomes a file of its own, packed worse and named in long lists.
 */
import type { Rolldown } from 'vite';

/** What every start draws once the list is there: each alone is a few hundred bytes, and a request. */
const BESIDE = [
  'src/features/composer/index.ts',
  'src/features/contacts/requests-badge.tsx',
  'src/features/edits/refusals.tsx',
  'src/features/emoji/button.tsx',
  'src/features/later/badge.tsx',
  'src/features/later/due.tsx',
  'src/features/notifications/activity-badge.tsx',
  'src/features/notifications/calling.tsx',
  'src/features/notifications/card.tsx',
  'src/features/pins/banner.tsx',
  'src/features/receipts/readers.tsx',
  'src/features/replies/reply-bar.tsx',
  'src/features/sidebar/filters.tsx',
  'src/features/standing/read-on-opening.tsx',
];

/** What comes with the page, then what comes with the sign-in, then what comes with the conversations, and beside them. */
const STEPS = [
  { name: 'index', roots: ['src/app/main.tsx'] },
  { name: 'outside', roots: ['src/features/auth/auth.tsx'] },
  { name: 'shell', roots: ['src/app/shell.tsx'] },
  { name: 'beside', roots: BESIDE },
];

export function chunks(at: (path: string) => string): Rolldown.CodeSplittingOptions {
  const closures = new Map<string, ReadonlySet<string>>();
  const closure = (root: string, context: Rolldown.ChunkingContext) => {
    const known = closures.get(root);
    if (known) return known;
    const found = new Set([root]);
    for (const id of found) for (const next of context.getModuleInfo(id)?.importedIds ?? []) found.add(next);
    closures.set(root, found);
    return found;
  };
  return {
    groups: STEPS.map(({ name, roots }, step) => ({
      name: (id, context) => (roots.some((root) => closure(at(root), context).has(id)) ? name : null),
      priority: STEPS.length - step,
    })),
  };
}
