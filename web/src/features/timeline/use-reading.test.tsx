// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TimelineWindow } from '@/engine';
import { fakeEngine } from '@/testing/fake-engine';
import type { Scroller } from './scroller';
import { useReading } from './use-reading';

const entry = { conversation: '10', seq: 3, kind: 'left', actor: '2', at: 0 } as const;
const WINDOW: TimelineWindow = {
  rows: [{ key: '3', type: 'entry', entry }],
  has_before: false,
  has_after: false,
  loading: 'none',
};

const mark_read = vi.fn();
let focused = true;
let visibility: DocumentVisibilityState = 'visible';
let seen: number[] = [];

function rowOf(seq: number): HTMLElement {
  const row = document.createElement('article');
  row.dataset.seq = String(seq);
  return row;
}

function Reader() {
  const visible = () => seen.map(rowOf);
  useReading(fakeEngine({ mark_read }), '10', { current: { visible } as unknown as Scroller }, WINDOW);
  return null;
}

beforeEach(() => {
  vi.useFakeTimers();
  [focused, visibility, seen] = [true, 'visible', [2, 3]];
  mark_read.mockReset();
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focused);
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function read() {
  render(<Reader />);
  vi.advanceTimersByTime(1_000);
}

it('marks the furthest row on screen, once', () => {
  read();
  expect(mark_read.mock.calls).toEqual([['10', 3]]);
});

it('marks nothing before the eye had time', () => {
  render(<Reader />);
  vi.advanceTimersByTime(100);
  expect(mark_read).not.toHaveBeenCalled();
});

it('marks nothing in a window without focus, and does once it is looked at', () => {
  focused = false;
  read();
  expect(mark_read).not.toHaveBeenCalled();
  focused = true;
  window.dispatchEvent(new Event('focus'));
  vi.advanceTimersByTime(1_000);
  expect(mark_read.mock.calls).toEqual([['10', 3]]);
});

it('marks nothing in a hidden tab, nor what is scrolled away', () => {
  visibility = 'hidden';
  read();
  cleanup();
  [visibility, seen] = ['visible', []];
  read();
  expect(mark_read).not.toHaveBeenCalled();
});
