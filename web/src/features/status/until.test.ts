import { expect, it } from 'vitest';
import { untilOf } from './until';

const at = (text: string) => new Date(text).getTime();

it('ends when it says', () => {
  const now = at('2026-11-18T14:05:00'); // a Wednesday
  expect(untilOf('open', now)).toBeUndefined();
  expect(untilOf('half_hour', now)).toBe(at('2026-11-18T14:35:00'));
  expect(untilOf('hours', now)).toBe(at('2026-11-18T18:05:00'));
  expect(untilOf('today', now)).toBe(at('2026-11-19T00:00:00'));
  expect(untilOf('week', now)).toBe(at('2026-11-23T00:00:00'));
});

it('ends a week on Sunday night, also on a Sunday', () => {
  expect(untilOf('week', at('2026-11-22T10:00:00'))).toBe(at('2026-11-23T00:00:00'));
  expect(untilOf('week', at('2026-11-23T10:00:00'))).toBe(at('2026-11-30T00:00:00'));
});
