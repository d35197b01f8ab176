/**
 * What a start loads comes in few files: what both sides of the sign-in need, and what only a signed-in start needs. Left
 * alone, every module that some later part shares becomes a file of its own, packed worse and named in long lists.
 */
import type { Rolldown } from 'vite';

/** What comes with the page, then what comes with the sign-in, then what comes with the conversations. */
const STEPS = [
  { name: 'index', root: 'src/app/main.tsx' },
  { name: 'outside', root: 'src/features/auth/auth.tsx' },
  { name: 'shell', root: 'src/app/shell.tsx' },
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
    groups: STEPS.map(({ name, root }, step) => ({
      name: (id, context) => (closure(at(root), context).has(id) ? name : null),
      priority: STEPS.length - step,
    })),
  };
}
