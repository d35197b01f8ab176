import type { Preferences } from '@/engine';
import { useSetPreferences } from '@/features/session';
import { inQuietHours, preferencesOf, type QuietHours } from './quiet';

type DoNotDisturb = Preferences['do_not_disturb'];

const HOUR_MS = 3_600_000;

/** Changes when one is not called. */
export function useDoNotDisturb() {
  const set = useSetPreferences();
  const change = (by: (now: DoNotDisturb) => Partial<DoNotDisturb>) =>
    set((preferences) => {
      const { do_not_disturb: now } = preferencesOf({ preferences });
      return { do_not_disturb: { ...now, ...by(now) } };
    });
  return {
    forHours: (hours: number) => change(() => ({ until: Date.now() + hours * HOUR_MS })),
    untilTomorrow: () => {
      const now = new Date();
      change(() => ({ until: new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8).getTime() }));
    },
    /** Quiet hours that are just now end with it. */
    off: () =>
      change(({ schedule }) => ({
        until: null,
        ...(schedule && inQuietHours(schedule, Date.now()) && { schedule: null }),
      })),
    setSchedule: (schedule: QuietHours | null) => change(() => ({ schedule })),
    adjustSchedule: (by: (now: QuietHours) => Partial<QuietHours>) =>
      change(({ schedule }) => (schedule ? { schedule: { ...schedule, ...by(schedule) } } : {})),
  };
}
