// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useGestures } from './gestures';

const menu = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  menu.mockReset();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function Pane() {
  const gestures = useGestures({ menu, swipable: () => false, swiped: () => {} });
  return (
    <div {...gestures}>
      <article data-key="k">on its way</article>
    </div>
  );
}

function row(): HTMLElement {
  render(<Pane />);
  return screen.getByText('on its way');
}

const finger = { pointerType: 'touch', isPrimary: true, clientX: 50, clientY: 50 };

test('a press that begins before the message is sent asks for its menu', () => {
  const pressed = row();
  fireEvent.pointerDown(pressed, finger);
  act(() => vi.advanceTimersByTime(500));
  expect(menu).toHaveBeenCalledExactlyOnceWith(pressed);
});

test('a finger that moves or goes presses nothing', () => {
  const pressed = row();
  fireEvent.pointerDown(pressed, finger);
  fireEvent.pointerMove(pressed, { ...finger, clientY: 80 });
  act(() => vi.advanceTimersByTime(500));
  fireEvent.pointerDown(pressed, finger);
  fireEvent.pointerUp(pressed, finger);
  act(() => vi.advanceTimersByTime(500));
  expect(menu).not.toHaveBeenCalled();
});

test('what is not sent yet keeps the browser’s own menu, what is sent has ours', () => {
  const pressed = row();
  expect(fireEvent.contextMenu(pressed)).toBe(true);
  expect(menu).not.toHaveBeenCalled();
  pressed.dataset.seq = '7';
  expect(fireEvent.contextMenu(pressed)).toBe(false);
  expect(menu).toHaveBeenCalledOnce();
});
