/**
 * Every address of the client, typed. Nothing else in the client spells a URL.
 *
 * On a phone one address is one screen, so Back works; on a desktop the same addresses choose what the panes show.
 * Which screens and panels there are is for the features to say (`features/slots`).
 */
export type Place =
  | { screen: 'home' }
  | { screen: 'login' }
  | { screen: 'signup' }
  | { screen: 'conversation'; id: string; seq?: number }
  /** A conversation with something beside it: its details, a thread. */
  | { screen: 'panel'; id: string; panel: string; arg?: string }
  | { screen: 'other'; name: string; arg?: string }
  | { screen: 'not_found' };

const tail = (arg: string | undefined) => (arg === undefined ? '' : `/${encodeURIComponent(arg)}`);

export const paths = {
  home: () => '/',
  login: () => '/login',
  signup: () => '/signup',
  conversation: (id: string, seq?: number) => `/c/${encodeURIComponent(id)}${seq === undefined ? '' : `?seq=${seq}`}`,
  panel: (id: string, panel: string, arg?: string) => `/c/${encodeURIComponent(id)}/${panel}${tail(arg)}`,
  /** The thread of a message, or a message in it. */
  thread: (parent: { conversation: string; seq: number }, seq?: number) =>
    paths.panel(parent.conversation, 'thread', seq === undefined ? String(parent.seq) : `${parent.seq}-${seq}`),
  info: (id: string) => paths.panel(id, 'info'),
  screen: (name: string, arg?: string) => `/${name}${tail(arg)}`,
  newChat: () => '/new',
  settings: (section?: string) => paths.screen('settings', section),
  debugSync: () => '/debug/sync',
} as const;

const ID = /^[0-9]{1,19}$/;
const NAME = /^[a-z][a-z_-]{0,31}$/;
const SIMPLE: Record<string, Place> = { '': { screen: 'home' }, login: { screen: 'login' }, signup: { screen: 'signup' } };

/** What an address shows. `search` is the part after `?`, without it. */
export function placeOf(path: string, search = ''): Place {
  const parts = path.split('/').filter(Boolean).map(decoded);
  const simple = SIMPLE[parts.join('/')];
  if (simple) return simple;
  const [first = '', second, ...rest] = parts;
  if (first === 'c') return conversationPlace(second ?? '', rest, search);
  if (rest.length > 0 || !NAME.test(first)) return { screen: 'not_found' };
  return { screen: 'other', name: first, ...(second !== undefined && { arg: second }) };
}

function conversationPlace(id: string, [panel, arg, ...rest]: string[], search: string): Place {
  if (!ID.test(id) || rest.length > 0) return { screen: 'not_found' };
  if (panel !== undefined) {
    return NAME.test(panel) ? { screen: 'panel', id, panel, ...(arg !== undefined && { arg }) } : { screen: 'not_found' };
  }
  const seq = Number(new URLSearchParams(search).get('seq'));
  return Number.isSafeInteger(seq) && seq > 0 ? { screen: 'conversation', id, seq } : { screen: 'conversation', id };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Where Back leads when the history holds nothing of ours: a deep link was opened. */
export function parentOf(place: Place): string {
  if (place.screen === 'panel') return paths.conversation(place.id);
  if (place.screen === 'other' && place.arg !== undefined) return paths.screen(place.name);
  return paths.home();
}
