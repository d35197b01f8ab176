import { afterEach, expect, test, vi } from 'vitest';
import type { Connection, ConversationView, Message } from '@/engine';
import { cell, conversationOf, fakeEngine } from '@/testing/fake-engine';
import { type Arrival, gathered, listen } from './arrivals';

const message = (seq: number): Message =>
  ({ conversation: '10', seq, client_id: 'c', sender: '2', text: `m${seq}`, at: 0 }) as Message;
const view = (seq: number, read_seq = 1) =>
  conversationOf({ last_message: message(seq), my: { ...conversationOf().my, read_seq } });

afterEach(() => {
  vi.useRealTimers();
});

test('what came in with a later one is heard with it, but not what was read or heard before', () => {
  const there = cell<ConversationView | undefined>(view(2));
  const heard: string[][] = [];
  const stop = listen(
    fakeEngine({
      conversations: cell<readonly string[]>(['10']),
      conversation: () => there,
      connection: cell<Connection>({ state: 'online' }),
      ready: cell(true),
      messages_after: (_, seq) => [3, 4, 5, 6].filter((one) => one > seq).map(message),
    }),
    ({ messages }) => heard.push(messages.map(({ text }) => text)),
  );
  there.set(view(4, 3));
  there.set(view(6, 3));
  expect(heard).toEqual([['m4'], ['m5', 'm6']]);
  stop();
});

test('each message is heard once, while it is news', () => {
  const first = cell<ConversationView | undefined>(view(2));
  const later = cell<ConversationView | undefined>(conversationOf({ ...view(5), id: '11' }));
  const conversations = cell<readonly string[]>(['10']);
  const connection = cell<Connection>({ state: 'online' });
  const conversation = (id: string) => (id === '10' ? first : later);
  const heard: string[] = [];
  const stop = listen(
    fakeEngine({ conversations, conversation, connection, ready: cell(true), messages_after: () => [] }),
    ({ messages }) => heard.push(...messages.map(({ text }) => text)),
  );
  expect(heard).toEqual([]);
  first.set(view(3));
  first.set({ ...view(3), unread: 7 });
  expect(heard).toEqual(['m3']);
  // Read elsewhere before it came here, and what is caught up with.
  first.set(view(4, 4));
  connection.set({ state: 'catching_up' });
  first.set(view(6));
  connection.set({ state: 'online' });
  first.set(view(6, 6));
  expect(heard).toEqual(['m3']);
  conversations.set(['11', '10']);
  expect(heard).toEqual(['m3', 'm5']);
  stop();
  first.set(view(9));
  expect(heard).toEqual(['m3', 'm5']);
});

test('what comes together is told at once, what follows after a moment, the conversation that spoke last at the end', async () => {
  vi.useFakeTimers();
  const told: string[][] = [];
  const inWords = ({ conversation, messages }: Arrival) => `${conversation.id}: ${messages.map(({ text }) => text)}`;
  const { heard, stop } = gathered((arrivals) => told.push(arrivals.map(inWords)));
  const say = (id: string, seq: number) => heard({ conversation: conversationOf({ id }), messages: [message(seq)] });
  say('10', 1);
  say('11', 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(told.splice(0)).toEqual([['10: m1', '11: m1']]);
  say('10', 2);
  say('11', 2);
  say('10', 3);
  await vi.advanceTimersByTimeAsync(900);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(told.splice(0)).toEqual([['11: m2', '10: m2,m3']]);
  await vi.advanceTimersByTimeAsync(1_000);
  say('11', 3);
  await vi.advanceTimersByTimeAsync(0);
  expect(told.splice(0)).toEqual([['11: m3']]);
  say('11', 4);
  stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([]);
});
