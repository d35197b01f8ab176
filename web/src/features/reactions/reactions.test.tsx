// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Engine, Message } from '@/engine';
import { SessionProvider } from '@/features/session';
import { collect, Layers, MessageParts, SlotsProvider } from '@/features/slots';
import { messages } from '@/locales/en.po';
import { fakeEngine, fakeGate } from '@/testing/fake-engine';
import { reactions } from '.';
import { whoReacted } from './who';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

const message: Message = {
  conversation: '10',
  seq: 3,
  client_id: 'c3',
  sender: '2',
  text: 'cake',
  at: 0,
  reactions: [
    { emoji: '❤️', count: 2, mine: false },
    { emoji: '👍', count: 1, mine: true },
  ],
};
const bob = { id: '2', username: 'bob', name: 'Bob', bio: '', version: 1 };

const all = [
  { emoji: '❤️', user: bob },
  { emoji: '❤️', user: { ...bob, id: '3', name: 'Carol' } },
  { emoji: '👍', user: { ...bob, id: '1', name: 'Alice' } },
];

function show() {
  const react = vi.fn<Engine['react']>(async () => undefined);
  const call = vi.fn(async () => ({ reactions: all }));
  const engine = fakeEngine({ react, call: call as unknown as Engine['call'] });
  render(
    <I18nProvider i18n={i18n}>
      <SessionProvider engine={engine} gate={fakeGate()} onLeft={() => undefined}>
        <SlotsProvider slots={collect([reactions])}>
          <main>
            <MessageParts place="under" engine={engine} message={message} own={false} />
          </main>
          <Layers />
        </SlotsProvider>
      </SessionProvider>
    </I18nProvider>,
  );
  return { react, call, person: userEvent.setup() };
}

it('each emoji is a button that says whether one has pressed it, and by whom it was when one looks', async () => {
  const { react, call, person } = show();
  const heart = screen.getByRole('button', { name: '❤️ 2 people' });
  expect(heart.getAttribute('aria-pressed')).toBe('false');
  expect(screen.getByRole('button', { name: '👍 1 person' }).getAttribute('aria-pressed')).toBe('true');
  await person.hover(heart);
  await waitFor(() => expect(heart.getAttribute('aria-label')).toBe('❤️ Bob, Carol'));
  await person.hover(screen.getByRole('button', { name: /👍/ }));
  await waitFor(() => expect(screen.getByRole('button', { name: '👍 You' })).toBeDefined());
  expect(call).toHaveBeenCalledOnce();
  await person.click(heart);
  await person.click(screen.getByRole('button', { name: /👍/ }));
  expect(react.mock.calls).toEqual([
    ['10', 3, '❤️', true],
    ['10', 3, '👍', false],
  ]);
});

it('six are at hand, in reach of the arrows', async () => {
  const { react, person } = show();
  await person.click(screen.getByRole('button', { name: 'Add a reaction' }));
  const six = await screen.findByRole('dialog', { name: 'React' });
  await waitFor(() => expect(six.contains(document.activeElement)).toBe(true));
  await person.keyboard('{ArrowRight}{ArrowRight}{Enter}');
  expect(react).toHaveBeenCalledWith('10', 3, '😂', true);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('a press with the other button tells who reacted', async () => {
  const { person } = show();
  await person.pointer({ target: screen.getByRole('button', { name: /❤️/ }), keys: '[MouseRight]' });
  const dialog = await screen.findByRole('dialog', { name: 'Reactions' });
  await waitFor(() => expect(dialog.querySelectorAll('li')).toHaveLength(3));
});

it('an answer from before one’s own has arrived is not kept', async () => {
  const answers = [all.slice(0, 2), all, all];
  const call = vi.fn(async () => ({ reactions: answers.shift() }));
  const engine = fakeEngine({ call: call as unknown as Engine['call'] });
  const asked = { ...message, seq: 4 };
  expect(await whoReacted(engine, asked)).toHaveLength(2);
  expect(await whoReacted(engine, asked)).toHaveLength(3);
  expect(await whoReacted(engine, asked)).toHaveLength(3);
  expect(call).toHaveBeenCalledTimes(2);
});
