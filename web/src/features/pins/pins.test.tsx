// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Connection, Engine, Message } from '@/engine';
import { SessionProvider } from '@/features/session';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine, fakeGate } from '@/testing/fake-engine';
import PinsBanner from './banner';
import PinsSection from './section';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

const said = (seq: number, text: string): Message => ({
  conversation: '10',
  seq,
  client_id: `c${seq}`,
  sender: '2',
  text,
  at: 0,
});

function show(...texts: string[]) {
  const pinned = { list: texts.map((text, i) => ({ message: said(i + 1, text), by: '1', at: i })).reverse() };
  const moved = cell(0);
  const log = new Map(texts.map((text, i) => [i + 1, cell<Message | null | undefined>(said(i + 1, text))]));
  const pin = vi.fn<Engine['pin']>(async () => undefined);
  const engine = fakeEngine({
    connection: cell<Connection>({ state: 'online' }),
    pins_at: () => moved,
    message: (_, seq) => log.get(seq) ?? cell<Message | null | undefined>(null),
    call: (async () => ({ pins: pinned.list })) as unknown as Engine['call'],
    pin,
  });
  const conversation = conversationOf();
  render(
    <I18nProvider i18n={i18n}>
      <SessionProvider engine={engine} gate={fakeGate()} onLeft={() => undefined}>
        <PinsBanner conversation={conversation} />
        <PinsSection conversation={conversation} />
      </SessionProvider>
    </I18nProvider>,
  );
  return { pinned, moved, log, pin, person: userEvent.setup() };
}

it('the newest pin stands in the banner, and each click leads to the next', async () => {
  const { person, log } = show('first', 'second');
  const banner = await screen.findByRole('button', { name: /Pinned message 1 of 2/ });
  expect(banner.textContent).toContain('second');
  await person.click(banner);
  expect(banner.textContent).toContain('first');
  await person.click(banner);
  expect(banner.textContent).toContain('second');
  act(() => log.get(2)?.set(said(2, 'second, better')));
  expect(banner.textContent).toContain('second, better');
});

it('they are asked for again when something is pinned; the list takes pins off', async () => {
  const { pinned, moved, pin, person } = show('only');
  await screen.findByRole('button', { name: /^Pinned message/ });
  await person.click(screen.getByRole('button', { name: 'Unpin' }));
  expect(pin).toHaveBeenCalledWith('10', 1, false);
  pinned.list = [];
  act(() => moved.set(7));
  await waitFor(() => expect(screen.getByText('Nothing is pinned here.')).toBeDefined());
  expect(screen.queryByRole('button', { name: /^Pinned message/ })).toBeNull();
});
