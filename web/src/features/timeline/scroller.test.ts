// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Scroller } from './scroller';

let resized: () => void;

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(heard: (entries: readonly never[]) => void) {
        resized = () => heard([]);
      }
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

/** As high as it is said to be: nothing is laid out here. */
function paneOf(height_px: number, content_px: number) {
  const pane = document.createElement('div');
  const size = { content_px, top_px: 0 };
  Object.defineProperties(pane, {
    clientHeight: { get: () => height_px },
    scrollHeight: { get: () => size.content_px },
    scrollTop: {
      get: () => size.top_px,
      set: (top_px: number) => {
        size.top_px = Math.max(0, Math.min(top_px, size.content_px - height_px));
      },
    },
  });
  return { pane, size };
}

test('rows that grow before the browser tells of a scroll leave the reader at the bottom; who scrolls up leaves it', () => {
  const { pane, size } = paneOf(500, 1_000);
  const pins: boolean[] = [];
  const scroller = new Scroller(
    pane,
    document.createElement('div'),
    () => new Set(),
    (pinned) => pins.push(pinned),
    () => true,
  );
  scroller.go('bottom');
  size.content_px += 113;
  scroller.scrolled();
  resized();
  expect([pane.scrollTop, scroller.is_pinned()]).toEqual([613, true]);
  pane.scrollTop -= 50;
  scroller.scrolled();
  size.content_px += 113;
  resized();
  expect([pane.scrollTop, scroller.is_pinned()]).toEqual([563, false]);
  pane.scrollTop = size.content_px;
  scroller.scrolled();
  // What goes takes the bottom with it.
  size.content_px -= 300;
  pane.scrollTop = size.content_px;
  scroller.scrolled();
  size.content_px += 20;
  scroller.scrolled();
  expect(pins).toEqual([false, true]);
  scroller.stop();
});
