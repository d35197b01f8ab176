/** When one does not want to be called, and by what. Pure. */
import type { ConversationView, Me, Message, Preferences } from '@/engine';

type DoNotDisturb = Preferences['do_not_disturb'];
export type QuietHours = NonNullable<DoNotDisturb['schedule']>;

const DEFAULTS: Pick<Preferences, 'notifications' | 'do_not_disturb'> = {
  notifications: { sound: 'soft', desktop: true, toasts: true, preview: true },
  do_not_disturb: { until: null, schedule: null },
};

/** An account that was kept on this device by an older client has none yet. */
export const preferencesOf = ({ preferences }: Pick<Me, 'preferences'>): Preferences => ({ ...DEFAULTS, ...preferences });

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
/** 1 is Monday, 7 is Sunday. */
const dayOf = (date: Date): number => ((date.getDay() + 6) % 7) + 1;

/** Whether it is such an hour, by the clock of this device. */
export function inQuietHours({ days, from, to }: QuietHours, now: number): boolean {
  const date = new Date(now);
  const [start, end, at] = [minutes(from), minutes(to), date.getHours() * 60 + date.getMinutes()];
  const today = dayOf(date);
  const yesterday = today === 1 ? 7 : today - 1;
  if (start < end) return days.includes(today) && at >= start && at < end;
  return (days.includes(today) && at >= start) || (days.includes(yesterday) && at < end);
}

export function isQuiet({ until, schedule }: DoNotDisturb, now: number): boolean {
  return (until ?? 0) > now || (schedule != null && inQuietHours(schedule, now));
}

/** Does this message call the reader, by what they set for the conversation? `answers`: it answers one of theirs. */
export function calls(conversation: ConversationView, message: Message, me: Me, answers: boolean): boolean {
  if (message.sender === me.id || message.deleted || conversation.my.request != null || conversation.muted) return false;
  const meant = answers || (message.mentions ?? []).some((who) => who === me.id || who === 'all' || who === 'here');
  return meant || ((conversation.my.notify ?? 'all') === 'all' && !conversation.my.archived);
}
