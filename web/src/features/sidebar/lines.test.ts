import { expect, test } from 'vitest';
import { bottomOf, linesOf, rangeIn, scrollTo } from './lines';

const ids = Array.from({ length: 100 }, (_, i) => String(i));

test('without favourites there are no headings; with nothing else there is one', () => {
  expect(linesOf(['7', '8'], 0)).toEqual([
    { key: '7', top_px: 0, height_px: 68 },
    { key: '8', top_px: 68, height_px: 68 },
  ]);
  const keys = (favourites: number) => linesOf(['7', '8'], favourites).map(({ key }) => key);
  expect(keys(1)).toEqual(['favourites', '7', 'others', '8']);
  expect(keys(2)).toEqual(['favourites', '7', '8']);
});

test('whatever one scrolls to, all that is seen is drawn, and little more', () => {
  for (const favourites of [0, 1, 40, 100]) {
    const lines = linesOf(ids, favourites);
    for (let top_px = 0; top_px < 6_000; top_px += 31) {
      const view = { top_px, height_px: 700 };
      const [from, to] = rangeIn(view);
      const seen = lines.filter((line) => bottomOf(line) > top_px && line.top_px < top_px + 700);
      const drawn = lines.slice(from, to);
      expect(drawn).toEqual(expect.arrayContaining(seen));
      expect(drawn.length).toBeLessThan(30);
    }
  }
});

test('a line comes to the nearer edge, and one that is seen moves nothing', () => {
  const line = { key: '7', top_px: 680, height_px: 68 };
  expect(scrollTo(line, { top_px: 700, height_px: 500 })).toBe(680);
  expect(scrollTo(line, { top_px: 0, height_px: 500 })).toBe(248);
  expect(scrollTo(line, { top_px: 400, height_px: 500 })).toBeUndefined();
});
