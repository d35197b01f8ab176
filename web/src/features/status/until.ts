/** How long a status holds. */
export type Span = 'open' | 'half_hour' | 'hour' | 'hours' | 'today' | 'week';

const HOUR_MS = 3_600_000;
const DAY_OF_SUNDAY = 7;

/** When it is over; none for never. Days end by the clock on the wall. */
export function untilOf(span: Span, now: number): number | undefined {
  const midnight = (days: number) => {
    const date = new Date(now);
    date.setHours(24 * days, 0, 0, 0);
    return date.getTime();
  };
  switch (span) {
    case 'open':
      return undefined;
    case 'half_hour':
      return now + HOUR_MS / 2;
    case 'hour':
      return now + HOUR_MS;
    case 'hours':
      return now + 4 * HOUR_MS;
    case 'today':
      return midnight(1);
    case 'week':
      return midnight(DAY_OF_SUNDAY + 1 - (new Date(now).getDay() || DAY_OF_SUNDAY));
  }
}
