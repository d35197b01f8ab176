// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Calendar, weeksOf } from './calendar';

const day = (year: number, month: number, date: number, hour = 0) => new Date(year, month - 1, date, hour).getTime();

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages: {} }));
afterEach(cleanup);

it('has the weeks a month touches, whatever day they begin with', () => {
  // November 2026 begins on a Sunday and has 30 days.
  expect(weeksOf(day(2026, 11, 21), 0)).toHaveLength(5);
  const from_monday = weeksOf(day(2026, 11, 21), 1);
  expect(from_monday).toHaveLength(6);
  expect(from_monday[0]?.[6]).toBe(day(2026, 11, 1));
  expect(from_monday.every((week) => week.length === 7)).toBe(true);
});

it('is walked by keys, within its bounds, and gives the first moment of the day', async () => {
  const onChoose = vi.fn();
  const person = userEvent.setup();
  const label = (at: number) => new Intl.DateTimeFormat('en', { dateStyle: 'full' }).format(at);
  render(
    <Calendar
      day={day(2026, 11, 21, 15)}
      min={day(2026, 10, 30, 12)}
      max={day(2026, 11, 23, 9)}
      previousLabel="Before"
      nextLabel="After"
      onChoose={onChoose}
    />,
  );
  await person.tab();
  // Nothing lies after this month, so only the way back can be focused before the day.
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Before');
  await person.tab();
  expect(document.activeElement?.getAttribute('aria-label')).toBe(label(day(2026, 11, 21)));
  await person.keyboard('{ArrowUp}{ArrowRight}');
  expect(document.activeElement?.getAttribute('aria-label')).toBe(label(day(2026, 11, 15)));
  await person.keyboard('{ArrowDown}{ArrowDown}');
  expect(document.activeElement?.getAttribute('aria-label')).toBe(label(day(2026, 11, 23)));
  await person.keyboard('{PageUp}');
  expect(document.activeElement?.getAttribute('aria-label')).toBe(label(day(2026, 10, 30)));
  expect(screen.getByText('October 2026')).toBeDefined();
  await person.keyboard('{Enter}');
  expect(onChoose).toHaveBeenCalledWith(day(2026, 10, 30));
});
