/** Times one may mean by "later". Pure. */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MORNING = 9;
/** What the server allows. */
const AHEAD_MS = 366 * 24 * HOUR_MS;

export type Preset = 'soon' | 'hour' | 'hours' | 'tomorrow' | 'monday';

/** In the order in which they come, in the device's time zone. */
export function presets(now: number): { id: Preset; at: number }[] {
  const day = new Date(now);
  const morning = (days: number) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, MORNING).getTime();
  // From Monday on it is the next one.
  const to_monday = (8 - day.getDay()) % 7 || 7;
  return [
    { id: 'soon', at: now + 20 * MINUTE_MS },
    { id: 'hour', at: now + HOUR_MS },
    { id: 'hours', at: now + 3 * HOUR_MS },
    { id: 'tomorrow', at: morning(1) },
    // On a Sunday that is tomorrow already.
    ...(to_monday > 1 ? [{ id: 'monday' as const, at: morning(to_monday) }] : []),
  ];
}

/** As `<input type="datetime-local">` wants it. */
export function toInput(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Undefined when it is no time, has passed, or is too far away. */
export function fromInput(text: string, now: number): number | undefined {
  const at = new Date(text).getTime();
  return at > now && at < now + AHEAD_MS ? at : undefined;
}
