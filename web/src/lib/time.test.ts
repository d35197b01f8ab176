import { i18n } from '@lingui/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { ago, dayLabel, listTime } from './time';

const at = (text: string) => new Date(text).getTime();
const now = at('2026-11-21T10:00:00');

function speak(locale: string) {
  i18n.loadAndActivate({ locale, messages: {} });
}

describe('times for people', () => {
  beforeEach(() => speak('en'));

  it('are as short as the distance allows in the list', () => {
    expect(listTime(at('2026-11-21T00:05:00'), now)).toBe('12:05 AM');
    expect(listTime(at('2026-11-20T23:59:00'), now)).toBe('Yesterday');
    expect(listTime(at('2026-11-17T12:00:00'), now)).toBe('Tue');
    expect(listTime(at('2026-11-14T12:00:00'), now)).toBe('Nov 14');
    expect(listTime(at('2025-12-31T12:00:00'), now)).toBe('12/31/25');
  });

  it('follow the language', () => {
    speak('de');
    expect(listTime(at('2026-11-20T12:00:00'), now)).toBe('Gestern');
    expect(dayLabel(at('2026-11-16T12:00:00'), now)).toBe('Montag, 16. November');
    expect(ago(now - 2 * 3_600_000, now)).toBe('vor 2 Stunden');
  });

  it('count days by the calendar, not by 24 hours', () => {
    expect(dayLabel(at('2026-11-20T23:59:59'), at('2026-11-21T00:00:01'))).toBe('Yesterday');
    expect(dayLabel(now, now)).toBe('Today');
    expect(dayLabel(at('2024-02-29T12:00:00'), now)).toContain('2024');
  });

  it('never lie in the future when clocks differ', () => {
    expect(ago(now + 90_000, now)).toBe('this minute');
    expect(listTime(now + 60_000, now)).toBe('10:01 AM');
  });
});
