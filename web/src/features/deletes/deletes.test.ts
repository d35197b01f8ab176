// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Engine, Message } from '@/engine';
import { isAvailable, type MessageContext } from '@/features/slots';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine } from '@/testing/fake-engine';
import { deletes } from '.';
import { isFresh, mayDelete, remove, unsend } from './model';

interface Offer {
  text: string;
  commit: () => void;
  undo: () => void;
}
const { offers, told } = vi.hoisted(() => ({ offers: [] as Offer[], told: [] as string[] }));
vi.mock('@/ui/toast', () => ({
  undoable: (offer: Offer) => offers.push(offer),
  toast: ({ text }: { text: string }) => told.push(text),
}));

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(() => {
  offers.length = 0;
  told.length = 0;
});

const said = (seq: number, sender = '1'): Message => ({
  conversation: '10',
  seq,
  client_id: `c${seq}`,
  sender,
  text: 'x',
  at: 0,
});

function engineThat(keeps: boolean) {
  const delete_message = vi.fn<Engine['delete_message']>(async () => undefined);
  const keep_message = vi.fn<Engine['keep_message']>(async () => keeps);
  return { engine: fakeEngine({ delete_message, keep_message }), delete_message, keep_message };
}

it('is held back until nobody can take it back any more', async () => {
  const { engine, delete_message } = engineThat(true);
  remove(engine, [said(3), said(4)]);
  expect(offers[0]?.text).toBe('2 messages deleted.');
  expect(delete_message.mock.calls.map(([, seq, until]) => [seq, Number(until) > Date.now()])).toEqual([
    [3, true],
    [4, true],
  ]);
  offers[0]?.commit();
  await vi.waitFor(() =>
    expect(delete_message.mock.calls.slice(2)).toEqual([
      ['10', 3],
      ['10', 4],
    ]),
  );
});

it('is taken back; where it has left already, that is told', async () => {
  const early = engineThat(true);
  remove(early.engine, [said(3)]);
  offers[0]?.undo();
  await vi.waitFor(() => expect(early.keep_message).toHaveBeenCalledWith('10', 3));
  expect([told, early.delete_message.mock.calls.length]).toEqual([[], 1]);
  const late = engineThat(false);
  remove(late.engine, [said(3)]);
  offers[1]?.undo();
  await vi.waitFor(() => expect(told).toEqual(['It was too late to undo that.']));
});

it('what was just sent goes back into the input, unless something is there', () => {
  const drafts: string[] = [];
  const unsent = vi.fn<Engine['unsend']>(async () => undefined);
  const engineWith = (draft: string) =>
    fakeEngine({ draft: () => cell(draft), set_draft: (_, text) => void drafts.push(text), unsend: unsent });
  unsend(engineWith(''), said(3));
  unsend(engineWith('half a thought'), said(4));
  expect([drafts, unsent.mock.calls]).toEqual([
    ['x'],
    [
      ['10', 'c3'],
      ['10', 'c4'],
    ],
  ]);
});

it('own messages, and in groups those of others for who runs it', () => {
  const { engine } = engineThat(true);
  const { my } = conversationOf();
  const as = (role: 'member' | 'admin', kind: 'group' | 'direct') => conversationOf({ kind, my: { ...my, role } });
  expect(mayDelete(engine, as('member', 'direct'), said(3, '1'))).toBe(true);
  expect(mayDelete(engine, as('member', 'group'), said(3, '2'))).toBe(false);
  expect(mayDelete(engine, as('admin', 'group'), said(3, '2'))).toBe(true);
  expect(mayDelete(engine, as('admin', 'direct'), said(3, '2'))).toBe(false);
  expect([isFresh(engine, said(3), 5_000), isFresh(engine, said(3), 50_000), isFresh(engine, said(3, '2'), 0)]).toEqual([
    true,
    false,
    false,
  ]);
});

it('nothing is done to what was deleted already', () => {
  const { engine } = engineThat(true);
  const context: MessageContext = { engine, conversation: conversationOf(), message: said(3), row: document.body };
  const action = deletes.messageActions?.find(({ id }) => id === 'delete');
  expect(action && isAvailable(action, context)).toBe(true);
  expect(action && isAvailable(action, { ...context, message: { ...said(3), deleted: true } })).toBe(false);
});
