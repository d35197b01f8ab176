// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineError } from '@/engine';
import { SessionProvider } from '@/features/session';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine, fakeGate, ME } from '@/testing/fake-engine';
import { Composer } from './composer';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

function show({ enter_sends = true, first = '', fails = false } = {}) {
  const draft = cell(first);
  const send = vi.fn(() => (fails ? Promise.reject(new EngineError('internal', 'disk full')) : Promise.resolve('client-id')));
  const engine = fakeEngine({
    me: cell({ ...ME, preferences: { ...ME.preferences, enter_sends } }),
    conversation: () => view,
    draft: () => draft,
    set_draft: (_, text) => draft.set(text),
    send,
  });
  const view = cell(conversationOf());
  render(
    <I18nProvider i18n={i18n}>
      <SessionProvider engine={engine} gate={fakeGate()} onLeft={() => undefined}>
        <Composer conversation="10" />
      </SessionProvider>
    </I18nProvider>,
  );
  return { draft, send, input: screen.getByRole('textbox') as HTMLTextAreaElement, person: userEvent.setup() };
}

it('sends with Enter, breaks with Shift+Enter, and empties input and draft', async () => {
  const { input, person, send, draft } = show();
  await person.type(input, 'one{Shift>}{Enter}{/Shift}two');
  expect(draft.get()).toBe('one\ntwo');
  await person.type(input, '{Enter}');
  expect(send).toHaveBeenCalledWith('10', 'one\ntwo');
  expect(input.value).toBe('');
  expect(draft.get()).toBe('');
});

it('swaps the two by preference; Ctrl+Enter always sends', async () => {
  const { input, person, send } = show({ enter_sends: false });
  await person.type(input, 'one{Enter}two');
  expect(send).not.toHaveBeenCalled();
  await person.type(input, '{Control>}{Enter}{/Control}');
  expect(send).toHaveBeenCalledWith('10', 'one\ntwo');
});

it('sends nothing for blank text, and keeps the indentation of what it sends', async () => {
  const { input, person, send } = show();
  await person.type(input, '   {Enter}');
  expect(send).not.toHaveBeenCalled();
  await person.clear(input);
  await person.type(input, '  - item  {Enter}');
  expect(send).toHaveBeenCalledWith('10', '  - item');
});

it('gives the words back when they are not even safe on this device', async () => {
  const { input, person, draft } = show({ fails: true });
  await person.type(input, 'precious{Enter}');
  await waitFor(() => expect(input.value).toBe('precious'));
  expect(draft.get()).toBe('precious');
});

it('counts bytes near the limit and does not send beyond it', async () => {
  const { input, person, send } = show({ first: 'ä'.repeat(8_000) });
  expect(screen.getByText('384 bytes left')).toBeDefined();
  await person.click(input);
  await person.paste('ä'.repeat(200));
  expect(screen.getByText('16 bytes too long to send. The text is kept.')).toBeDefined();
  await person.type(input, '{Enter}');
  expect(send).not.toHaveBeenCalled();
  expect(input.value.length).toBe(8_200);
});

it('takes over a draft written elsewhere while it rests', async () => {
  const { input, draft } = show();
  act(() => draft.set('from the other tab'));
  expect(input.value).toBe('from the other tab');
});
