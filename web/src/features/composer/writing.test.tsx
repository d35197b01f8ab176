// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SessionProvider } from '@/features/session';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine, fakeGate, ME } from '@/testing/fake-engine';
import { Composer } from './composer';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(() => {
  cleanup();
  localStorage.clear();
});

const member = (id: string, username: string, name: string) =>
  ({ user: { id, username, name, bio: '', created_at: 0, version: 1 }, role: 'member', joined_at: 0 }) as never;

function show(props: { everybody?: boolean } = {}) {
  const draft = cell('');
  const send = vi.fn((_: string, __: string, ___: object) => Promise.resolve('client-id'));
  const engine = fakeEngine({
    me: cell(ME),
    conversations: cell(['10', '11']),
    conversation: (id) => (id === '10' ? lunch : other),
    members: () => Promise.resolve([member(ME.id, 'alice', 'Alice'), member('2', 'bob', 'Bob'), member('3', 'bea', 'Bea')]),
    draft: () => draft,
    set_draft: (_, text) => draft.set(text),
    send,
  });
  const lunch = cell(conversationOf());
  const other = cell(conversationOf({ id: '11', display_title: 'Supper' }));
  render(
    <I18nProvider i18n={i18n}>
      <SessionProvider engine={engine} gate={fakeGate()} onLeft={() => undefined}>
        <Composer conversation="10" {...props} />
      </SessionProvider>
    </I18nProvider>,
  );
  return { draft, send, input: screen.getByRole('textbox') as HTMLTextAreaElement, person: userEvent.setup() };
}

const options = async () => (await screen.findAllByRole('option')).map((option) => option.textContent?.slice(1));

it('completes people by keyboard: arrows choose, Enter takes and does not send', async () => {
  const { input, person, send } = show();
  await person.type(input, 'hi @b');
  expect(await options()).toEqual(['Bob@bob', 'Bea@bea']);
  const meant = () => document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.textContent?.slice(1);
  await waitFor(() => expect(meant()).toBe('Bob@bob'));
  await person.keyboard('{ArrowDown}');
  await waitFor(() => expect(meant()).toBe('Bea@bea'));
  await person.keyboard('{Enter}');
  expect(input.value).toBe('hi @bea ');
  expect(screen.queryByRole('listbox')).toBeNull();
  expect(send).not.toHaveBeenCalled();
  await person.keyboard('{Enter}');
  expect(send).toHaveBeenCalledWith('10', 'hi @bea', { mentions: ['3'] });
});

it('closes with Escape until something else is asked, and Enter sends again', async () => {
  const { input, person, send } = show();
  await person.type(input, '@b');
  await screen.findByRole('listbox');
  await person.keyboard('{Escape}');
  expect(screen.queryByRole('listbox')).toBeNull();
  await person.keyboard('o');
  expect(screen.queryByRole('listbox')).toBeNull();
  await person.keyboard(' @b');
  expect(await screen.findByRole('listbox')).toBeDefined();
  await person.keyboard('{Escape}{Enter}');
  expect(send.mock.calls[0]?.[1]).toBe('@bo @b');
});

it('takes an option by mouse, and leaves the focus where one writes', async () => {
  const { input, person } = show();
  await person.type(input, 'see #sup');
  await person.click(await screen.findByRole('option', { name: 'Supper' }));
  expect(input.value).toBe(`see [#Supper](${location.origin}/c/11) `);
  expect(document.activeElement).toBe(input);
});

it('offers everybody only where one may call them', async () => {
  const { input, person } = show();
  await person.type(input, '@');
  expect(await options()).toEqual(['Bob@bob', 'Bea@bea']);
  cleanup();
  const again = show({ everybody: true });
  await again.person.type(again.input, '@');
  await waitFor(async () => expect(await options()).toHaveLength(4));
});

it('makes emoji of shortcodes, wherever one is by then', async () => {
  const { draft, input, person } = show();
  await person.type(input, 'great :tada: work');
  await waitFor(() => expect(input.value).toBe('great 🎉 work'));
  expect(draft.get()).toBe('great 🎉 work');
});

it('marks words by key, and takes the marks away again', async () => {
  const { input, person } = show();
  await person.type(input, 'very good');
  input.setSelectionRange(5, 9);
  await person.keyboard('{Control>}b{/Control}');
  expect(input.value).toBe('very **good**');
  expect(input.value.slice(input.selectionStart, input.selectionEnd)).toBe('good');
  await person.keyboard('{Control>}b{/Control}{Control>}{Shift>}x{/Shift}{/Control}');
  expect(input.value).toBe('very ~~good~~');
});
