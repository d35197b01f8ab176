/** For how long a conversation may be muted. */
import { t } from '@lingui/core/macro';

const HOUR_MS = 3_600_000;
/** The end of the year 9999: the server knows it as "for ever". */
export const FOR_EVER = 253_402_300_799_999;

/** Eight in the morning of the next day. */
export function tomorrow(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, 8).getTime();
}

export const MUTES: readonly { id: string; label: () => string; until: (now: number) => number }[] = [
  { id: 'hour', label: () => t`For 1 hour`, until: (now) => now + HOUR_MS },
  { id: 'hours', label: () => t`For 8 hours`, until: (now) => now + 8 * HOUR_MS },
  { id: 'tomorrow', label: () => t`Until tomorrow`, until: tomorrow },
  { id: 'week', label: () => t`For a week`, until: (now) => now + 7 * 24 * HOUR_MS },
  { id: 'ever', label: () => t`Until I turn it back on`, until: () => FOR_EVER },
];
