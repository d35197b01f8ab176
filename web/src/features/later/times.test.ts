import { expect, test } from 'vitest';
import { fromInput, presets, toInput } from './times';

const at = (day: number, hour = 12) => new Date(2026, 10, day, hour).getTime();

test('a preset lies ahead, and mornings are mornings', () => {
  const saturday = presets(at(21));
  expect(saturday.map(({ id }) => id)).toEqual(['soon', 'hour', 'hours', 'tomorrow', 'monday']);
  expect(saturday.slice(3).map((one) => one.at)).toEqual([at(22, 9), at(23, 9)]);
  for (const { at: time } of saturday) expect(time).toBeGreaterThan(at(21));
});

test('monday is the next one, and not offered twice', () => {
  expect(presets(at(23)).at(-1)).toEqual({ id: 'monday', at: at(30, 9) });
  expect(presets(at(22)).map(({ id }) => id)).not.toContain('monday');
});

test('what is typed is a time ahead, or nothing', () => {
  const now = at(21);
  expect(fromInput(toInput(now + 3_600_000), now)).toBe(now + 3_600_000);
  expect(fromInput(toInput(now - 60_000), now)).toBeUndefined();
  expect(fromInput('2099-01-01T00:00', now)).toBeUndefined();
  expect(fromInput('', now)).toBeUndefined();
});
