import type { Preferences } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { toast } from '@/ui/toast';
import { inQuietHours, preferencesOf, type QuietHours } from './quiet';

const HOUR_MS = 3_600_000;

/** Changes when one is not called. */
export function useDoNotDisturb() {
  const engine = useEngine();
  const put = (change: Partial<Preferences['do_not_disturb']>) => {
    const do_not_disturb = { ...preferencesOf(engine.me.get()).do_not_disturb, ...change };
    engine
      .update_me({ preferences: { do_not_disturb } })
      .catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
  };
  return {
    forHours: (hours: number) => put({ until: Date.now() + hours * HOUR_MS }),
    untilTomorrow: () => {
      const now = new Date();
      put({ until: new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8).getTime() });
    },
    /** Quiet hours that are just now end with it. */
    off: () => {
      const { schedule } = preferencesOf(engine.me.get()).do_not_disturb;
      put({ until: null, ...(schedule && inQuietHours(schedule, Date.now()) && { schedule: null }) });
    },
    setSchedule: (schedule: QuietHours | null) => put({ schedule }),
  };
}
