import { expect, test } from 'vitest';
import type { Row, TimelineWindow } from '@/engine';
import { urgent } from './screenful';

const row = (i: number, text = '') =>
  ({ key: String(i), type: 'entry', entry: { seq: i + 1, kind: 'message', message: { text } } }) as Row;
const rows = Array.from({ length: 76 }, (_, i) => row(i));
const whole: TimelineWindow = { rows, has_before: false, has_after: false, loading: 'none' };
const HEIGHT_PX = 720;

function cut(place: Parameters<typeof urgent>[2], window = whole, height_px = HEIGHT_PX) {
  const { rows: drawn, has_before, has_after } = urgent(window, [], place, height_px);
  return { from: Number(drawn[0]?.key), to: Number(drawn.at(-1)?.key), has_before, has_after };
}

test('at the bottom it is the last rows, as many as fit, and a few more', () => {
  expect(cut('bottom')).toEqual({ from: 54, to: 75, has_before: true, has_after: false });
});

test('around a message it reaches as far to either side as the screen will', () => {
  expect(cut({ key: '40', align: 'centre' })).toEqual({ from: 28, to: 51, has_before: true, has_after: true });
  expect(cut({ key: '40', align: 'start' })).toEqual({ from: 33, to: 56, has_before: true, has_after: true });
  expect(cut({ key: '40', align: { top_px: 360 } })).toEqual({ from: 28, to: 51, has_before: true, has_after: true });
});

test('long messages fill it sooner', () => {
  const long = { ...whole, rows: rows.map((_, i) => row(i, 'x'.repeat(i % 2 === 0 ? 480 : 0))) };
  // 36 + 4 * 22 and 36 px in turn.
  expect(cut('bottom', long)).toMatchObject({ from: 64, to: 75 });
  expect(cut({ key: '40', align: 'centre' }, long)).toMatchObject({ from: 32, to: 46 });
});

test('what begins above the screen reaches down all of it', () => {
  expect(cut({ key: '40', align: { top_px: -360 } })).toMatchObject({ from: 37, to: 71 });
});

test('the window itself where nothing is left out of it, or where the message is not in it', () => {
  expect(urgent(whole, [], 'bottom', 10_000)).toBe(whole);
  expect(urgent(whole, [], { key: 'other', align: 'centre' }, HEIGHT_PX)).toBe(whole);
});

test('what is cut off is said to be there, and what was there besides still is', () => {
  const middle = { ...whole, has_before: true, has_after: true };
  expect(cut({ key: '2', align: 'start' })).toMatchObject({ from: 0, has_before: false, has_after: true });
  expect(cut({ key: '2', align: 'start' }, middle)).toMatchObject({ has_before: true, has_after: true });
});

test('what is drawn stays though one does not see it; where nothing else is left out it is the window itself', () => {
  const keys = (drawn: readonly Row[]) => urgent(whole, drawn, 'bottom', HEIGHT_PX).rows.map(({ key }) => Number(key));
  const seen = rows.slice(54).map(({ key }) => Number(key));
  expect(keys([])).toEqual(seen);
  expect(keys([row(2), row(3), row(60), row(90)])).toEqual([2, 3, ...seen]);
  expect(urgent(whole, rows.slice(0, 54), 'bottom', HEIGHT_PX)).toBe(whole);
});
