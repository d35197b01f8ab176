// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Engine } from '@/engine';
import { SessionProvider } from '@/features/session';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine, fakeGate } from '@/testing/fake-engine';
import ForwardDialog from './dialog';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

it('finds by letters, takes several by keyboard, and forwards to them', async () => {
  const send = vi.fn<Engine['send']>(async () => 'id');
  const close = vi.fn();
  const views = new Map(
    ['Lunch', 'Board', 'Lighthouse'].map((title, i) => [
      String(20 + i),
      conversationOf({ id: String(20 + i), display_title: title }),
    ]),
  );
  const engine = fakeEngine({
    conversations: cell<readonly string[]>([...views.keys()]),
    conversation: (id) => cell(views.get(id)),
    send,
  });
  const message = { conversation: '10', seq: 3, client_id: 'c', sender: '2', text: 'hi', at: 0 };
  render(
    <I18nProvider i18n={i18n}>
      <SessionProvider engine={engine} gate={fakeGate()} onLeft={() => undefined}>
        <ForwardDialog engine={engine} messages={[message]} onClose={close} />
      </SessionProvider>
    </I18nProvider>,
  );
  const person = userEvent.setup();
  const search = screen.getByRole('searchbox', { name: 'Find a conversation' });
  await waitFor(() => expect(document.activeElement).toBe(search));
  await person.keyboard('boa{Enter}');
  await person.clear(search);
  await person.keyboard('{ArrowDown}{Enter}{ArrowUp}');
  expect(document.activeElement).toBe(search);
  await person.click(screen.getByRole('button', { name: 'Forward' }));
  await waitFor(() => expect(close).toHaveBeenCalled());
  expect(send.mock.calls.map(([to]) => to)).toEqual(['21', '20']);
  expect(send).toHaveBeenCalledWith('20', 'hi', { forward: { conversation: '10', seq: 3 } });
});
