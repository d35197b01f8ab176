// @vitest-environment happy-dom
import { beforeEach, expect, it } from 'vitest';
import { remember } from '@/lib/device-store';
import { frecency, visited } from './visits';

const DAY = 86_400_000;

beforeEach(() => remember('visits', undefined));

it('weighs often against lately', () => {
  for (let day = 0; day < 5; day += 1) visited('often', day * DAY);
  visited('lately', 5 * DAY);
  const soon = frecency(5 * DAY);
  expect(soon('often')).toBeGreaterThan(soon('lately'));
  expect(soon('never')).toBe(0);
  visited('lately', 60 * DAY);
  const later = frecency(60 * DAY);
  expect(later('lately')).toBeGreaterThan(later('often'));
});

it('keeps no more than it needs', () => {
  for (let i = 0; i < 250; i += 1) visited(`c${i}`, i * 1_000);
  const now = frecency(250_000);
  expect(now('c0')).toBe(0);
  expect(now('c249')).toBeGreaterThan(0);
});
