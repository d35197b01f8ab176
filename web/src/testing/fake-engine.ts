/** An engine of plain cells for component tests; what a test does not hand in throws when it is called. */
import type { ConversationView, Engine, Gate, Me } from '@/engine';
import { cell } from '@/lib/cell';

export { cell };

export const ME: Me = {
  id: '1',
  username: 'alice',
  name: 'Alice',
  bio: '',
  email: 'alice@example.org',
  role: 'owner',
  preferences: {
    theme: 'system',
    locale: '',
    enter_sends: true,
    receipts: true,
    presence_to: 'everyone',
    last_seen_to: 'everyone',
    notifications: { sound: 'soft', desktop: true, toasts: true, preview: true },
    do_not_disturb: { until: null, schedule: null },
  },
  version: 1,
  created_at: 0,
};

export function conversationOf(change: Partial<ConversationView> = {}): ConversationView {
  return {
    id: '10',
    kind: 'group',
    title: 'Lunch',
    display_title: 'Lunch',
    marked_unread: false,
    muted: false,
    members_count: 2,
    my: {
      role: 'member',
      read_seq: 1,
      delivered_seq: 1,
      version: 0,
      notify: 'all',
      favourite: false,
      archived: false,
      marked_unread: false,
    },
    settings: {},
    head_seq: 1,
    unread: 0,
    mentions: 0,
    created_at: 0,
    last_at: 0,
    ...change,
  };
}

export function fakeEngine(parts: Partial<Engine> = {}): Engine {
  const known: Partial<Engine> = {
    me: cell(ME),
    conversations: cell<readonly string[]>([]),
    threads: cell<readonly string[]>([]),
    requests: cell<readonly string[]>([]),
    document: <T>() => cell<T | undefined>(undefined),
    conversation: () => cell(undefined),
    user: () => cell(undefined),
    ...parts,
  };
  return new Proxy(known as Engine, {
    get: (target, name) => {
      if (name in target) return target[name as keyof Engine];
      if (name === 'then') return undefined; // Promises ask whatever they resolve to.
      throw new Error(`The test gave no engine.${String(name)}`);
    },
  });
}

export function fakeGate(parts: Partial<Gate> = {}): Gate {
  const none = () => Promise.reject(new Error('The test gave no answer'));
  return { server: none, signup: none, login: none, resume: none, ...parts };
}
