import { expect, it, vi } from 'vitest';
import type { Engine } from '@/engine';
import { fakeEngine } from '@/testing/fake-engine';
import { forwardAll } from './model';

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
