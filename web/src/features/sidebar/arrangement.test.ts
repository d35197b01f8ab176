import { expect, test } from 'vitest';
import type { ConversationView } from '@/engine';
import { cell, conversationOf, fakeEngine } from '@/testing/fake-engine';
import { arrange, arrangement, type Filter, filter } from './arrangement';

const { my } = conversationOf();
const views: Record<string, ConversationView> = {
  plain: conversationOf(),
  unread: conversationOf({ unread: 2 }),
  marked: conversationOf({ marked_unread: true }),
  called: conversationOf({ unread: 1, mentions: 1 }),
  star: conversationOf({ my: { ...my, favourite: true } }),
  away: conversationOf({ unread: 1, my: { ...my, archived: true, favourite: true } }),
};
const ids = [...Object.keys(views), 'unknown'];
const shown = (by: Filter) => arrange(ids, (id) => views[id], by).shown;

test('favourites stand first, the archive apart, and every filter shows its own', () => {
  expect(shown('all')).toEqual(['star', 'plain', 'unread', 'marked', 'called', 'unknown']);
  expect(shown('unread')).toEqual(['unread', 'marked', 'called']);
  expect(shown('mentions')).toEqual(['called']);
  expect(shown('favourites')).toEqual(['star']);
  expect(shown('archived')).toEqual(['away']);
  expect(arrange(ids, (id) => views[id], 'all')).toMatchObject({ favourites: 1, archived: 1, fresh: true });
  expect(arrange(ids, (id) => views[id], 'favourites')).toMatchObject({ favourites: 0 });
  const kept = (id: string, by: Filter) => arrange(ids, (one) => views[one], by, id).shown.includes(id);
  expect([kept('plain', 'unread'), kept('plain', 'favourites'), kept('away', 'unread')]).toEqual([true, false, false]);
  expect(arrange(['plain'], (id) => views[id], 'all')).toMatchObject({ favourites: 0, archived: 0, fresh: false });
});

test('it follows each conversation, and is the same object until something moves', async () => {
  const one = cell<ConversationView | undefined>(conversationOf({ id: '1' }));
  const two = cell<ConversationView | undefined>(conversationOf({ id: '2' }));
  const conversations = cell<readonly string[]>(['1', '2']);
  const list = arrangement(fakeEngine({ conversations, conversation: (id) => (id === '1' ? one : two) }));
  expect(list.get()).toBe(list.get());
  // Whoever looks and listens a moment later misses nothing.
  conversations.set(['2']);
  const stopLooking = list.subscribe(() => undefined);
  expect(list.get().shown).toEqual(['2']);
  stopLooking();
  conversations.set(['1', '2']);
  let told = 0;
  const stop = list.subscribe(() => {
    told += 1;
  });
  const before = list.get();
  one.set(conversationOf({ id: '1', last_at: 5 }));
  await Promise.resolve();
  expect(list.get()).toBe(before);
  two.set(conversationOf({ id: '2', my: { ...my, favourite: true } }));
  await Promise.resolve();
  expect(list.get().shown).toEqual(['2', '1']);
  filter.set('favourites');
  expect(list.get().shown).toEqual(['2']);
  filter.set('all');
  expect(told).toBe(3);
  stop();
});
