import { expect, it, vi } from 'vitest';
import type { Engine } from '@/engine';
import { conversationOf, fakeEngine } from '@/testing/fake-engine';
import { forwardAll, matching } from './model';

it('finds conversations by the beginnings of words', () => {
  const all = ['Lunch at noon', 'Board', 'Lighthouse'].map((display_title) => conversationOf({ display_title }));
  const found = (query: string) => matching(all, (one) => one.display_title, query).map((one) => one.display_title);
  expect(found('')).toHaveLength(3);
  expect(found('L')).toEqual(['Lunch at noon', 'Lighthouse']);
  expect(found('noon lu')).toEqual(['Lunch at noon']);
  expect(found('unch')).toEqual([]);
});

it('sends every message to every conversation, oldest first', async () => {
  const send = vi.fn<Engine['send']>(async () => 'id');
  const message = (seq: number) => ({ conversation: '10', seq, client_id: `c${seq}`, sender: '2', text: `text ${seq}`, at: 0 });
  await forwardAll(fakeEngine({ send }), [message(3), message(4)], ['20', '30']);
  expect(send.mock.calls.map(([to, text, extras]) => [to, text, extras?.forward?.seq])).toEqual([
    ['20', 'text 3', 3],
    ['20', 'text 4', 4],
    ['30', 'text 3', 3],
    ['30', 'text 4', 4],
  ]);
});
