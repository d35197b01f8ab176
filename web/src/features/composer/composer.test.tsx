// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineError } from '@/engine';
import { SessionProvider } from '@/features/session';
import { type ComposerHandle, collect, type Feature, SlotsProvider } from '@/features/slots';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine, fakeGate, ME } from '@/testing/fake-engine';
import { Composer } from './composer';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

function Wave({ composer }: { composer: ComposerHandle }) {
  return (
    <button type="button" onClick={() => composer.insert('👋')}>
      Wave
    </button>
  );
}

function show({ enter_sends = true, first = '', fails = false, features = [] as Feature[] } = {}) {
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
        <SlotsProvider slots={collect(features)}>
          <Composer conversation="10" />
        </SlotsProvider>
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
  expect(send).toHaveBeenCalledWith('10', 'one\ntwo', {});
  expect(input.value).toBe('');
  expect(draft.get()).toBe('');
});

it('swaps the two by preference; Ctrl+Enter always sends', async () => {
  const { input, person, send } = show({ enter_sends: false });
  await person.type(input, 'one{Enter}two');
  expect(send).not.toHaveBeenCalled();
  await person.type(input, '{Control>}{Enter}{/Control}');
  expect(send).toHaveBeenCalledWith('10', 'one\ntwo', {});
});

it('sends nothing for blank text, and keeps the indentation of what it sends', async () => {
  const { input, person, send } = show();
  await person.type(input, '   {Enter}');
  expect(send).not.toHaveBeenCalled();
  await person.clear(input);
  await person.type(input, '  - item  {Enter}');
  expect(send).toHaveBeenCalledWith('10', '  - item', {});
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

it('takes over a draft written elsewhere, also while one is in the input', async () => {
  const { input, draft, person } = show();
  act(() => draft.set('from the other tab'));
  expect(input.value).toBe('from the other tab');
  await person.click(input);
  act(() => draft.set(''));
  expect(input.value).toBe('');
});

it('asks the features what goes with a message, and tells them of it', async () => {
  const sent = vi.fn();
  const { input, person, send } = show({ features: [{ sendHooks: [{ id: 'reply', extras: () => ({ reply_to: 3 }), sent }] }] });
  await person.type(input, 'yes{Enter}');
  expect(send).toHaveBeenCalledWith('10', 'yes', { reply_to: 3 });
  expect(sent).toHaveBeenCalledWith(expect.anything(), { conversation: '10', text: 'yes', reply_to: 3 });
});

it('leaves a message to the feature that takes it, and gives the words back when that fails', async () => {
  const [take, failed] = [vi.fn(() => Promise.reject(new Error('no'))), vi.fn()];
  const { input, person, send } = show({ features: [{ sendHooks: [{ id: 'edit', take, failed }] }] });
  await person.type(input, 'better{Enter}');
  expect(take).toHaveBeenCalledOnce();
  expect(send).not.toHaveBeenCalled();
  await waitFor(() => expect(input.value).toBe('better'));
  expect(failed).toHaveBeenCalledOnce();
});

it('hands a key to a feature while nothing is written', async () => {
  const run = vi.fn();
  const recall = { id: 'edit_last', keys: 'ArrowUp', where: 'empty_composer', label: () => 'Edit', run } as const;
  const { input, person } = show({ features: [{ shortcuts: [recall] }] });
  await person.type(input, 'a{ArrowUp}');
  expect(run).not.toHaveBeenCalled();
  await person.type(input, '{Backspace}{ArrowUp}');
  expect(run).toHaveBeenCalledWith({ engine: expect.anything(), open: '10' });
});

it('lets buttons write at the caret', async () => {
  const { input, person } = show({ features: [{ composerButtons: [{ id: 'wave', Component: Wave }] }] });
  await person.type(input, 'hello');
  input.setSelectionRange(0, 0);
  await person.click(screen.getByText('Wave'));
  expect(input.value).toBe('👋hello');
});
