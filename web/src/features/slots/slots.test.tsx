// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { act } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import type { Message } from '@/engine';
import { fakeEngine } from '@/testing/fake-engine';
import { collect, Layers, MessageParts, openLayer, SlotsProvider } from '.';

afterEach(cleanup);

const message: Message = { conversation: '10', seq: 3, client_id: 'c3', sender: '2', text: 'hello', at: 0 };
const Nothing = () => null;
const Chips = () => <p>chips</p>;
const Card = ({ name, onClose }: { name: string; onClose: () => void }) => (
  <button type="button" onClick={onClose}>
    {name}
  </button>
);

it('orders what features contribute, whichever was named first', () => {
  const one = { sidebarEntries: [{ id: 'b', icon: Nothing, label: () => 'b', href: '/b' }] };
  const two = {
    sidebarEntries: [
      { id: 'z', order: 1, icon: Nothing, label: () => 'z', href: '/z' },
      { id: 'a', icon: Nothing, label: () => 'a', href: '/a' },
    ],
  };
  expect(collect([one, two]).sidebarEntries.map(({ id }) => id)).toEqual(['z', 'a', 'b']);
  expect(collect([two, one]).sidebarEntries.map(({ id }) => id)).toEqual(['z', 'a', 'b']);
  expect(collect([]).messageParts).toEqual([]);
});

it('draws a part of a message only where it belongs and when it has something to say', () => {
  const when = vi.fn(({ message: { text } }) => text === 'hello');
  const slots = collect([{ messageParts: [{ id: 'chips', place: 'under', when, Component: Chips }] }]);
  const show = (place: 'top' | 'under', text: string) =>
    render(
      <SlotsProvider slots={slots}>
        <MessageParts place={place} engine={fakeEngine()} message={{ ...message, text }} own={false} />
      </SlotsProvider>,
    );
  show('top', 'hello');
  expect(when).not.toHaveBeenCalled();
  show('under', 'other');
  expect(screen.queryByText('chips')).toBeNull();
  show('under', 'hello');
  expect(screen.getByText('chips')).toBeDefined();
});

it('shows layers one above the other, and each closes itself', () => {
  render(<Layers />);
  act(() => {
    openLayer(Card, { name: 'first' });
    openLayer(Card, { name: 'second' });
  });
  act(() => screen.getByText('first').click());
  expect(screen.queryByText('first')).toBeNull();
  act(() => screen.getByText('second').click());
  expect(screen.queryByText('second')).toBeNull();
});
