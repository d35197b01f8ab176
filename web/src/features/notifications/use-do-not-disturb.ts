import type { Preferences } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { toast } from '@/ui/toast';
import { inQuietHours, preferencesOf, type QuietHours } from './quiet';

type DoNotDisturb = Preferences['do_not_disturb'];

const HOUR_MS = 3_600_000;
/** One change after the other: each begins with what the one before has made. */
let last: Promise<unknown> = Promise.resolve();

/** Changes when one is not called. */
export function useDoNotDisturb() {
  const engine = useEngine();
  const change = (by: (now: DoNotDisturb) => Partial<DoNotDisturb>) => {
    last = last
      .then(() => {
        const now = preferencesOf(engine.me.get()).do_not_disturb;
        return engine.update_me({ preferences: { do_not_disturb: { ...now, ...by(now) } } });
      })
      .catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
  };
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
