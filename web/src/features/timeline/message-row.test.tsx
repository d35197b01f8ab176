// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Message, User } from '@/engine';
import { SessionProvider } from '@/features/session';
import { collect, type MessageProps, SlotsProvider } from '@/features/slots';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine, fakeGate } from '@/testing/fake-engine';
import { MessageRow } from './message-row';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

const said: Message = { conversation: '10', seq: 3, client_id: 'c3', sender: '1', text: 'hello', at: 0 };
const drawn = vi.fn();
const Mark = ({ message }: MessageProps) => {
  drawn(message.text);
  return <span>mark</span>;
};
const Icon = () => null;
const engine = fakeEngine({ conversation: () => cell(conversationOf()), user: () => cell<User | undefined>(undefined) });
const slots = collect([
  {
    messageActions: [{ id: 'wave', icon: Icon, label: () => 'Wave', toolbar: true, run: () => undefined }],
    messageMarks: [{ id: 'mark', when: () => true, Component: Mark }],
  },
]);
const gate = fakeGate();
const left = () => undefined;

const page = (shown: { message: Message; own: boolean; first: boolean; last: boolean }, group = false) => (
  <I18nProvider i18n={i18n}>
    <SessionProvider engine={engine} gate={gate} onLeft={left}>
      <SlotsProvider slots={slots}>
        <MessageRow engine={engine} shown={shown} rowKey="c3" group={group} focusable={true} highlighted={false} />
      </SlotsProvider>
    </SessionProvider>
  </I18nProvider>
);
const shown = (message: Message) => ({ message, own: true, first: true, last: true });

it('what was deleted leaves its place, without marks and with nothing to do to it', async () => {
  const person = userEvent.setup();
  const { rerender } = render(page(shown(said)));
  await person.hover(screen.getByRole('article'));
  expect(screen.getByRole('button', { name: 'Wave' })).toBeDefined();
  expect(screen.getByText('mark')).toBeDefined();
  rerender(page(shown({ ...said, text: '', deleted: true })));
  expect(screen.getByRole('article').textContent).toContain('This message was deleted.');
  expect(screen.queryByText('mark')).toBeNull();
  expect(screen.queryByRole('group', { name: 'Message actions' })).toBeNull();
});

it('keeps the line of a name that is not known yet', () => {
  render(page({ ...shown({ ...said, sender: '2' }), own: false }, true));
  // An empty line has no height, and all would move when the name comes.
  expect(screen.getByRole('article').querySelector('bdi')?.textContent).toBe('\u00a0');
});

it('is not drawn anew while nothing about it changes', () => {
  const same = shown(said);
  const { rerender } = render(page(same));
  drawn.mockClear();
  rerender(page(same));
  expect(drawn).not.toHaveBeenCalled();
  rerender(page(shown({ ...said, text: 'changed' })));
  expect(drawn).toHaveBeenCalledWith('changed');
});
