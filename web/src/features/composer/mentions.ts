import { splitNames } from '@/lib/markdown';
import { withoutCode } from './code';

export const EVERYBODY = ['all', 'here'] as const;

/** The server takes no more. */
const MOST = 50;

/** Who may be mentioned: `id` goes over the wire, `username` is what is written. */
export interface Mentionable {
  id: string;
  username: string;
}

/**
 * Whom a text mentions, as the message says it: ids of people, `all`, `here`; each once, in the order of the text. Names
 * within code mention nobody. `everybody`: may the writer call them all?
 */
export function mentionsOf(text: string, people: readonly Mentionable[], everybody: boolean): string[] {
  if (!text.includes('@')) return [];
  const ids = new Map(people.map(({ id, username }) => [username.toLowerCase(), id]));
  if (everybody) for (const name of EVERYBODY) ids.set(name, name);
  const named = splitNames(withoutCode(text), (name) => ids.has(name));
  return [...new Set(named.flatMap(({ name }) => (name === undefined ? [] : (ids.get(name) ?? []))))].slice(0, MOST);
}
