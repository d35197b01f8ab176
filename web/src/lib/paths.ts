/**
 * Every address of the client, typed. Nothing else in the client spells a URL.
 *
 * On a phone one address is one screen, so Back works; on a desktop the same addresses choose what the panes show.
 */
export type SettingsSection = 'profile' | 'appearance' | 'language' | 'keyboard' | 'security' | 'about';
export const SETTINGS_SECTIONS: readonly SettingsSection[] = [
  'profile',
  'appearance',
  'language',
  'keyboard',
  'security',
  'about',
];

export type Place =
  | { screen: 'home' }
  | { screen: 'login' }
  | { screen: 'signup' }
  | { screen: 'conversation'; id: string; seq?: number }
  | { screen: 'info'; id: string }
  | { screen: 'new' }
  | { screen: 'settings'; section?: SettingsSection }
  | { screen: 'debug_sync' }
  | { screen: 'not_found' };

export const paths = {
  home: () => '/',
  login: () => '/login',
  signup: () => '/signup',
  conversation: (id: string, seq?: number) => `/c/${encodeURIComponent(id)}${seq === undefined ? '' : `?seq=${seq}`}`,
  info: (id: string) => `/c/${encodeURIComponent(id)}/info`,
  newChat: () => '/new',
  settings: (section?: SettingsSection) => (section ? `/settings/${section}` : '/settings'),
  debugSync: () => '/debug/sync',
} as const;

const ID = /^[0-9]{1,19}$/;
const SIMPLE: Record<string, Place> = {
  '': { screen: 'home' },
  login: { screen: 'login' },
  signup: { screen: 'signup' },
  new: { screen: 'new' },
  settings: { screen: 'settings' },
  'debug/sync': { screen: 'debug_sync' },
};

/** What an address shows. `search` is the part after `?`, without it. */
export function placeOf(path: string, search = ''): Place {
  const parts = path.split('/').filter(Boolean);
  const simple = SIMPLE[parts.join('/')];
  if (simple) return simple;
  const [first, second = '', third] = parts;
  if (first === 'c' && ID.test(second)) return conversationPlace(second, parts.length, third, search);
  if (first === 'settings' && parts.length === 2) {
    const section = SETTINGS_SECTIONS.find((known) => known === second);
    if (section) return { screen: 'settings', section };
  }
  return { screen: 'not_found' };
}

function conversationPlace(id: string, depth: number, third: string | undefined, search: string): Place {
  if (depth === 3 && third === 'info') return { screen: 'info', id };
  if (depth !== 2) return { screen: 'not_found' };
  const seq = Number(new URLSearchParams(search).get('seq'));
  return Number.isSafeInteger(seq) && seq > 0 ? { screen: 'conversation', id, seq } : { screen: 'conversation', id };
}

/** Where Back leads when the history holds nothing of ours: a deep link was opened. */
export function parentOf(place: Place): string {
  if (place.screen === 'info') return paths.conversation(place.id);
  if (place.screen === 'settings' && place.section) return paths.settings();
  return paths.home();
}
