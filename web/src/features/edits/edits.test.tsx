// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Message } from '@/engine';
import { Composer } from '@/features/composer';
import { SessionProvider } from '@/features/session';
import { collect, SlotsProvider } from '@/features/slots';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine, fakeGate } from '@/testing/fake-engine';
import { edits } from '.';
import { wordsOf } from './refusals';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

const said = (seq: number, sender: string, text: string): Message => ({
  conversation: '10',
  seq,
  client_id: `c${seq}`,
  sender,
  text,
  at: 0,
});

function show(draft_text = '') {
  const draft = cell(draft_text);
  const edit = vi.fn(async () => undefined);
  const log = [said(1, '1', 'mine'), said(2, '2', 'theirs')].map((message) => cell<Message | null | undefined>(message));
  const view = cell(conversationOf({ head_seq: 2 }));
  const engine = fakeEngine({
    conversation: () => view,
    message: (_, seq) => log[seq - 1] ?? cell<Message | null | undefined>(null),
    draft: () => draft,
    set_draft: (_, text) => draft.set(text),
    set_typing: () => undefined,
    settle_draft: () => undefined,
    members: async () => [],
    on_refused: () => () => undefined,
    edit,
  });
  render(
    <I18nProvider i18n={i18n}>
      <SessionProvider engine={engine} gate={fakeGate()} onLeft={() => undefined}>
        <SlotsProvider slots={collect([edits])}>
          <Composer conversation="10" />
        </SlotsProvider>
      </SessionProvider>
    </I18nProvider>,
  );
  return { draft, edit, log, input: screen.getByRole('textbox') as HTMLTextAreaElement, person: userEvent.setup() };
}

it('up edits the last own message; Enter saves it and the draft stays untouched', async () => {
  const { input, person, edit, draft } = show();
  await person.type(input, '{ArrowUp}');
  // At once, not when the bar has come.
  expect(input.value).toBe('mine');
  await person.type(input, ' again');
  expect(draft.get()).toBe('');
  await person.type(input, '{Enter}');
  expect(edit).toHaveBeenCalledWith('10', 1, 'mine again', undefined);
  await waitFor(() => expect(screen.queryByRole('group', { name: 'Editing' })).toBeNull());
  expect(input.value).toBe('');
});

it('Escape lets it be and gives the draft back', async () => {
  const { input, person, edit, draft } = show();
  await person.type(input, '{ArrowUp}');
  await waitFor(() => expect(input.value).toBe('mine'));
  act(() => draft.set('begun elsewhere'));
  expect(input.value).toBe('mine');
  await person.type(input, 'x{Escape}');
  await waitFor(() => expect(input.value).toBe('begun elsewhere'));
  expect(edit).not.toHaveBeenCalled();
});

it('ends when the message is deleted', async () => {
  const { input, person, log } = show();
  await person.type(input, '{ArrowUp}');
  await waitFor(() => expect(input.value).toBe('mine'));
  act(() => log[0]?.set({ ...said(1, '1', ''), deleted: true }));
  await waitFor(() => expect(screen.queryByRole('group', { name: 'Editing' })).toBeNull());
  expect(input.value).toBe('');
});

it('says in words why a change was refused', () => {
  const of = (kind: 'edited' | 'reacted' | 'pinned' | 'my', code: string) =>
    wordsOf({ conversation: '10', kind, code, detail: 'detail' });
  expect(of('edited', 'gone')).toBe('Your edit was not saved. The message was deleted meanwhile.');
  expect(of('reacted', 'too_large')).toBe('There is no room for more emoji on this message.');
  expect(of('pinned', 'too_large')).toBe('Too many messages are pinned here. Unpin one first.');
  expect(of('my', 'forbidden')).toBeUndefined();
});
