/** Times for people, in the language of the interface, by Intl alone. All times are milliseconds since 1970. */
import { i18n } from '@lingui/core';

const DAY_MS = 86_400_000;
const cache = new Map<string, Intl.DateTimeFormat>();
const relativeCache = new Map<string, Intl.RelativeTimeFormat>();

let known: { of: string; language: string } | undefined;

/** The interface's language as the device's region writes it: somebody in Britain reads English, but no AM and PM. */
function language(): string {
  if (known?.of !== i18n.locale) known = { of: i18n.locale, language: languageOf(i18n.locale) };
  return known.language;
}

function languageOf(active: string): string {
  const locale = active === 'pseudo' || !active ? 'en' : active;
  const device = typeof navigator === 'undefined' ? undefined : navigator.languages?.find((tag) => tag.split('-')[0] === locale);
  return device ?? locale;
}

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language()} ${name}`;
  let made = cache.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(language(), options);
    cache.set(key, made);
  }
  return made;
}

function relative(): Intl.RelativeTimeFormat {
  let made = relativeCache.get(language());
  if (!made) {
    made = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
    relativeCache.set(language(), made);
  }
  return made;
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(language()) + text.slice(1);
}

/** Whole calendar days from `at` to `now`, in the device's time zone. */
function daysBetween(at: number, now: number): number {
  const a = new Date(at);
  const b = new Date(now);
  return Math.round(
    (Date.UTC(b.getFullYear(), b.getMonth(), b.getDate()) - Date.UTC(a.getFullYear(), a.getMonth(), a.getDate())) / DAY_MS,
  );
}

/** 14:05 */
export function clock(at: number): string {
  return format('clock', { hour: 'numeric', minute: '2-digit' }).format(at);
}

/** 14:05, where somebody else is; none where this browser does not know the place. */
export function clockIn(zone: string, at: number): string | undefined {
  try {
    return format(`clock ${zone}`, { hour: 'numeric', minute: '2-digit', timeZone: zone }).format(at);
  } catch {
    return undefined;
  }
}

/** Saturday, 21 November 2026 at 14:05: for tooltips and screen readers. */
export function fullTime(at: number): string {
  return format('full', { dateStyle: 'full', timeStyle: 'short' }).format(at);
}

/** 21 Nov 2026 */
export function shortDate(at: number): string {
  return format('date', { dateStyle: 'medium' }).format(at);
}

/** For the conversation list: the time today, else yesterday, the weekday, the date. */
export function listTime(at: number, now = Date.now()): string {
  const days = daysBetween(at, now);
  if (days <= 0) return clock(at);
  if (days === 1) return capital(relative().format(-1, 'day'));
  if (days < 7) return format('weekday', { weekday: 'short' }).format(at);
  if (new Date(at).getFullYear() === new Date(now).getFullYear())
    return format('dayMonth', { day: 'numeric', month: 'short' }).format(at);
  return format('numeric', { year: '2-digit', month: 'numeric', day: 'numeric' }).format(at);
}

/** For day separators: Today, Yesterday, Saturday 21 November (with the year when it is another one). */
export function dayLabel(at: number, now = Date.now()): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) return capital(relative().format(-days, 'day'));
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : ('numeric' as const);
  return format(`day ${year}`, { weekday: 'long', day: 'numeric', month: 'long', ...(year && { year }) }).format(at);
}

/** November 2026 */
export function monthLabel(at: number): string {
  return capital(format('month', { month: 'long', year: 'numeric' }).format(at));
}

/** Whole days as people name them, for those who cannot see where in the month they stand. */
export function wholeDate(at: number): string {
  return format('whole', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** The first day of the week where the reader lives: 0 is Sunday. */
export function weekStart(): number {
  const locale = new Intl.Locale(language()) as Intl.Locale & {
    weekInfo?: { firstDay: number };
    getWeekInfo?: () => { firstDay: number };
  };
  return ((locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1) % 7;
}

/** Short and whole names of the days, from the first of the week. */
export function weekdays(): { short: string; long: string }[] {
  // The fourth of January 1970 was a Sunday.
  const days = Array.from({ length: 7 }, (_, i) => new Date(1970, 0, 4 + weekStart() + i).getTime());
  const [short, long] = [format('weekdayNarrow', { weekday: 'short' }), format('weekdayLong', { weekday: 'long' })];
  return days.map((at) => ({ short: short.format(at), long: long.format(at) }));
}

const UNITS = [
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** 5 minutes, 1 hour, 4 weeks: in the largest unit of which it is a whole number; of times in between the nearest. */
export function duration(ms: number): string {
  const whole = UNITS.find(([, unit_ms]) => ms % unit_ms === 0) ?? UNITS.find(([, unit_ms]) => ms >= unit_ms);
  const [unit, unit_ms] = whole ?? (['minute', 60_000] as const);
  const count = Math.max(1, Math.round(ms / unit_ms));
  return new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

/** "2 hours ago": for last seen, within a sentence. */
export function ago(at: number, now = Date.now()): string {
  const seconds = Math.min(0, Math.round((at - now) / 1000));
  if (seconds > -60) return relative().format(0, 'minute');
  if (seconds > -3_600) return relative().format(Math.round(seconds / 60), 'minute');
  if (seconds > -86_400) return relative().format(Math.round(seconds / 3_600), 'hour');
  if (seconds > -86_400 * 30) return relative().format(-daysBetween(at, now), 'day');
  return shortDate(at);
}
