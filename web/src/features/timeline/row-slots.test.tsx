// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Message } from '@/engine';
import { collect, type Feature, type MessageProps, SlotsProvider } from '@/features/slots';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine } from '@/testing/fake-engine';
import { MessageRow } from './message-row';
import { selectNothing, toggle } from './selection';

const said: Message = { conversation: '10', seq: 3, client_id: 'c3', sender: '2', text: 'hello there', at: 0 };
const view = cell(conversationOf());
const engine = fakeEngine({ conversation: () => view });
const drawn = vi.fn();

function Chips({ message }: MessageProps) {
  drawn(message.seq);
  return <p>chips of {message.seq}</p>;
}

const Icon = () => null;
const run = vi.fn();
const feature: Feature = {
  messageParts: [{ id: 'chips', place: 'under', when: () => true, Component: Chips }],
  messageActions: [
    { id: 'reply', icon: Icon, label: () => 'Reply', toolbar: true, run },
    { id: 'edit', icon: Icon, label: () => 'Edit', toolbar: true, available: () => false, run },
    { id: 'copy', icon: Icon, label: () => 'Copy', run },
  ],
};
const slots = collect([feature]);
const shownOf = (message: Message) => ({ message, own: false, first: true, last: true });

function Rows({ all }: { all: readonly ReturnType<typeof shownOf>[] }) {
  return (
    <I18nProvider i18n={i18n}>
      <SlotsProvider slots={slots}>
        {all.map((shown) => (
          <MessageRow
            key={shown.message.client_id}
            rowKey={shown.message.client_id}
            engine={engine}
            shown={shown}
            group
            focusable={false}
            highlighted={false}
          />
        ))}
      </SlotsProvider>
    </I18nProvider>
  );
}

beforeEach(() => {
  vi.clearAllMocks();
  i18n.loadAndActivate({ locale: 'en', messages });
});
afterEach(() => {
  act(selectNothing);
  cleanup();
});

it('draws a row anew only when something about its own message changed', () => {
  const [one, two] = [shownOf(said), shownOf({ ...said, seq: 4, client_id: 'c4' })];
  const { rerender } = render(<Rows all={[one, two]} />);
  rerender(
    <Rows all={[one, { ...two, message: { ...two.message, text: 'changed' } }, shownOf({ ...said, seq: 5, client_id: 'c5' })]} />,
  );
  expect(drawn.mock.calls.map(([seq]) => seq)).toEqual([3, 4, 4, 5]);
});

it('shows what can be done to it under the mouse, and no more than that', () => {
  render(<Rows all={[shownOf(said)]} />);
  expect(screen.queryByRole('group', { name: 'Message actions' })).toBeNull();
  fireEvent.pointerEnter(screen.getByRole('article'), { pointerType: 'mouse' });
  const offered = within(screen.getByRole('group', { name: 'Message actions' })).getAllByRole('button');
  expect(offered.map((button) => button.getAttribute('aria-label'))).toEqual(['Reply', 'More']);
  fireEvent.click(screen.getByRole('button', { name: 'Reply' }));
  expect(run).toHaveBeenCalledWith(expect.objectContaining({ message: said, row: screen.getByRole('article') }));
  fireEvent.pointerLeave(screen.getByRole('article'));
  expect(screen.queryByRole('group', { name: 'Message actions' })).toBeNull();
});

it('offers nothing for what is still on its way', () => {
  render(<Rows all={[shownOf({ ...said, seq: 0 })]} />);
  fireEvent.focus(screen.getByRole('article'));
  expect(screen.queryByRole('group', { name: 'Message actions' })).toBeNull();
});

it('is a checkbox in select mode, and a click anywhere on it counts', () => {
  render(<Rows all={[shownOf(said), shownOf({ ...said, seq: 4, client_id: 'c4' })]} />);
  act(() => toggle('10', 3));
  const [first, second] = screen.getAllByRole('checkbox') as HTMLInputElement[];
  expect([first?.checked, second?.checked]).toEqual([true, false]);
  fireEvent.click(screen.getByText('chips of 4'));
  expect(second?.checked).toBe(true);
  fireEvent.click(second as HTMLInputElement);
  fireEvent.click(first as HTMLInputElement);
  // Nothing selected: select mode is over.
  expect(screen.queryByRole('checkbox')).toBeNull();
});
