import { expect, test } from 'vitest';
import type { Conversation, Entry, Me } from '../protocol';
import { fresh_my } from '../testing/room';
import { Store } from './store';

const me: Me = {
  id: '1',
  username: 'alice',
  name: 'Alice',
  bio: '',
  email: 'a@x.test',
  role: 'member',
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

const lunch = (change: Partial<Conversation> = {}): Conversation => ({
  id: '7',
  kind: 'group',
  title: 'Lunch',
  members_count: 2,
  my: { ...fresh_my('member'), read_seq: 1 },
  settings: {},
  head_seq: 1,
  unread: 0,
  mentions: 0,
  created_at: 0,
  last_at: 1,
  ...change,
});

const says = (seq: number, sender = '2'): Entry => ({
  conversation: '7',
  seq,
  kind: 'message',
  actor: sender,
  at: seq,
  message: { conversation: '7', seq, client_id: `c${seq}`, sender, text: `m${seq}`, at: seq },
});

function store(...conversations: Conversation[]): Store {
  const made = new Store(me, { now: () => 0, after: () => () => {} });
  made.apply({ fact: 'conversations', conversations });
  return made;
}

const live = (...entries: Entry[]) => ({ fact: 'entries', conversation: '7', entries, live: true }) as const;

test('an answer older than the live events changes no counter and no detail', () => {
  const it = store(lunch());
  it.apply(live(says(2), says(3), { conversation: '7', seq: 4, kind: 'renamed', actor: '2', at: 4, title: 'Dinner' }));
  it.apply({ fact: 'conversations', conversations: [lunch({ head_seq: 2, unread: 1, last_at: 2 })] });
  expect(it.views.get('7')).toMatchObject({ head_seq: 4, unread: 2, title: 'Dinner', last_at: 4 });
});

test('an event that comes twice counts once', () => {
  const it = store(lunch());
  it.apply(live(says(2)));
  it.apply(live(says(2)));
  expect(it.totals.unread.get()).toBe(1);
});

test('a count made before the newest message does not hide it', () => {
  const it = store(lunch());
  it.apply(live(says(2), says(3)));
  it.apply({ fact: 'receipt', conversation: '7', read_seq: 2, unread: 0, mentions: 0 });
  expect(it.views.get('7')?.unread).toBe(1);
});

test('what a stranger began stands apart until it is accepted, and calls nobody', () => {
  const asked = { ...fresh_my('member'), version: 1, request: 'pending' as const };
  const it = store(lunch({ my: asked, unread: 1 }));
  expect([it.order.get(), it.requests.get(), it.totals.unread.get()]).toEqual([[], ['7'], 0]);
  it.apply(live(says(2)));
  expect([it.order.get(), it.requests.get(), it.totals.unread.get()]).toEqual([[], ['7'], 0]);
  it.apply({ fact: 'my', conversation: '7', my: { ...fresh_my('member'), version: 2 } });
  expect([it.order.get(), it.requests.get(), it.totals.unread.get()]).toEqual([['7'], [], 2]);
});

test('late news of a conversation one has left does not bring it back; being added again does', () => {
  const it = store(lunch());
  it.apply(live({ conversation: '7', seq: 2, kind: 'removed', actor: '2', users: ['1'], at: 2 }));
  it.apply({ fact: 'conversations', conversations: [lunch()] });
  expect(it.order.get()).toEqual([]);
  it.apply({ fact: 'conversations', conversations: [lunch({ head_seq: 3 })] });
  expect(it.order.get()).toEqual(['7']);
});

test('the list is ordered by the latest entry or own unsent message', () => {
  const it = store(lunch(), lunch({ id: '8', last_at: 5 }), lunch({ id: '9', last_at: 3 }));
  expect(it.order.get()).toEqual(['8', '9', '7']);
  it.apply({ fact: 'pending', row: { client_id: 'x', conversation: '9', text: '', at: 9, state: 'queued' } });
  expect(it.order.get()).toEqual(['9', '8', '7']);
  it.apply({ fact: 'pending_gone', conversation: '9', client_id: 'x' });
  it.apply(live(says(10)));
  expect(it.order.get()).toEqual(['7', '8', '9']);
});

test('a thousand events in two thousand conversations cost at most 50 ms', () => {
  const run = () => {
    const it = store(...Array.from({ length: 2_000 }, (_, i) => lunch({ id: String(i), last_at: i })));
    const started = performance.now();
    for (let i = 0; i < 500; i += 1) {
      const seq = 2 + 2 * i;
      it.apply(live({ ...says(seq), conversation: '7', at: 5_000 + seq }));
      it.apply(live({ conversation: '7', seq: seq + 1, kind: 'reacted', target: seq, emoji: '👍', actor: '2', at: 5_000 + seq }));
    }
    const took = performance.now() - started;
    expect(it.totals.unread.get()).toBe(500);
    expect(it.views.get('7')?.last_message?.reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);
    return took;
  };
  // The best of some: a busy machine makes any single one slow.
  expect(Math.min(...Array.from({ length: 8 }, run))).toBeLessThan(50);
});

test('who has said several things has read up to the last, and rows hear of it once', () => {
  const it = store(lunch());
  it.apply({ fact: 'receipts', conversation: '7', marks: [{ user: '2', read_seq: 1 }] });
  let heard = 0;
  it.live.receipts.subscribe('7', () => {
    heard += 1;
  });
  it.apply(live(says(2), says(3, '3'), says(4)));
  expect(it.live.receipts.get('7')).toEqual(new Map([['2', { read_seq: 4, delivered_seq: 4 }]]));
  expect(heard).toBe(1);
});
