import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const ICON = fileURLToPath(new URL('../src/ui/lucide-icon.ts', import.meta.url));

/**
 * Each icon is imported from its own file: through the package's one list of all, whatever needs one icon would need, as far
 * as chunks.ts can tell, the icons of every other part too. And each is drawn by src/ui/lucide-icon.ts.
 */
export function lucideIcons(): Plugin {
  return {
    name: 'parlor:lucide-icons',
    enforce: 'pre',
    apply: 'build',
    resolveId: (source) => (source === '../createLucideIcon.mjs' ? ICON : null),
    transform: (code, id) => (id.includes('/node_modules/') ? null : eachFromItsFile(code)),
  };
}

/** Keeps the number of lines, so that what is told of a place in the file stays true; null where there is nothing to do. */
export function eachFromItsFile(code: string): string | null {
  const done = code.replace(/import \{([^}]+)\} from 'lucide-react';/g, (all, names: string) => {
    const icons = names.split(',').flatMap((name) => name.trim() || []);
    return icons.map(fromItsFile).join(' ') + all.replace(/[^\n]/g, '');
  });
  return done === code ? null : done;
}

/** `Trash2` is in trash-2. */
function fromItsFile(icon: string): string {
  const [name = '', here = name] = icon.trim().split(' as ');
  const file = name.replace(/(?<=.)([A-Z]|(?<!\d)\d)/g, '-$1').toLowerCase();
  return `import ${here} from 'lucide-react/icons/${file}';`;
}
