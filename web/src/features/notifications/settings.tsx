import { Trans, useLingui } from '@lingui/react/macro';
import { Volume2 } from 'lucide-react';
import { useState } from 'react';
import type { Preferences } from '@/engine';
import { useMe, useSetPreferences } from '@/features/session';
import { fullTime } from '@/lib/time';
import { Button, TextField } from '@/ui';
import { Switch } from '@/ui/switch';
import { answered } from './card-state';
import { isQuiet, preferencesOf, type QuietHours } from './quiet';
import { play, type Sound } from './sounds';
import { useDoNotDisturb } from './use-do-not-disturb';

/** How one is called, and when not. */
export default function NotificationSettings() {
  const { t } = useLingui();
  const { notifications } = preferencesOf(useMe());
  const set = useSetPreferences();
  const put = (change: Partial<Preferences['notifications']>) =>
    set((preferences) => ({ notifications: { ...preferencesOf({ preferences }).notifications, ...change } }));
  return (
    <>
      <section className="flex flex-col gap-3 border-b border-line pb-8">
        <h2 className="text-lg font-semibold phone:hidden">{t`Notifications`}</h2>
        <Switch
          label={t`On this device's desktop`}
          hint={t`While no window of Parlor is looked at.`}
          checked={notifications.desktop}
          onChange={(desktop) => put({ desktop })}
        />
        {notifications.desktop && <Permission />}
        <Switch
          label={t`Inside Parlor`}
          hint={t`While you look at another conversation.`}
          checked={notifications.toasts}
          onChange={(toasts) => put({ toasts })}
        />
        <Switch
          label={t`Show what was said`}
          hint={t`Otherwise only that there is something new.`}
          checked={notifications.preview}
          onChange={(preview) => put({ preview })}
        />
        <Sounds sound={notifications.sound} onChange={(sound) => put({ sound })} />
      </section>
      <Quiet />
    </>
  );
}

/** The browser is asked only here and in the card. */
function Permission() {
  const supported = 'Notification' in window;
  const [state, setState] = useState(supported ? Notification.permission : 'denied');
  if (state === 'granted') return null;
  if (state === 'denied') {
    return (
      <p className="text-sm text-soft">
        <Trans>This browser does not allow it. Its settings of this site can change that.</Trans>
      </p>
    );
  }
  const ask = async () => {
    answered();
    setState(await Notification.requestPermission());
  };
  return (
    <Button className="self-start" onClick={() => void ask()}>
      <Trans>Allow on this device</Trans>
    </Button>
  );
}

function Sounds({ sound, onChange }: { sound: Sound; onChange: (sound: Sound) => void }) {
  const { t } = useLingui();
  const options: readonly { value: Sound; label: string }[] = [
    { value: 'none', label: t({ message: 'None', context: 'sound' }) },
    { value: 'soft', label: t({ message: 'Soft', context: 'sound' }) },
    { value: 'pop', label: t({ message: 'Pop', context: 'sound' }) },
    { value: 'chime', label: t({ message: 'Chime', context: 'sound' }) },
  ];
  return (
    <fieldset className="flex flex-col touch:gap-1">
      <legend className="pb-1 font-medium">{t`Sound`}</legend>
      {options.map(({ value, label }) => (
        <div key={value} className="flex min-h-11 items-center justify-between gap-3">
          <label className="flex flex-1 items-center gap-3">
            <input
              type="radio"
              name="sound"
              checked={sound === value}
              onChange={() => onChange(value)}
              className="size-4 accent-accent"
            />
            {label}
          </label>
          {value !== 'none' && (
            <Button aria-label={t`Listen to ${label}`} onClick={() => play(value, true)}>
              <Volume2 aria-hidden="true" className="size-4.5" />
            </Button>
          )}
        </div>
      ))}
    </fieldset>
  );
}

const NIGHTS: QuietHours = { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' };
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
/** The first of January 2024 was a Monday. */
const dayName = (day: number, locale: string) =>
  new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(new Date(2024, 0, day));

function Quiet() {
  const { t, i18n } = useLingui();
  const { do_not_disturb } = preferencesOf(useMe());
  const { until, schedule } = do_not_disturb;
  const { forHours, untilTomorrow, off, setSchedule, adjustSchedule } = useDoNotDisturb();
  const now = Date.now();
  const locale = i18n.locale === 'pseudo' ? 'en' : i18n.locale;
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{t`Do not disturb`}</h2>
      <p className="text-soft">
        {(until ?? 0) > now ? (
          <Trans>Until {fullTime(until ?? 0)}.</Trans>
        ) : isQuiet(do_not_disturb, now) ? (
          <Trans>On by your quiet hours.</Trans>
        ) : (
          <Trans>Off.</Trans>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => forHours(1)}>{t`For 1 hour`}</Button>
        <Button onClick={() => forHours(8)}>{t`For 8 hours`}</Button>
        <Button onClick={untilTomorrow}>{t`Until tomorrow`}</Button>
        {isQuiet(do_not_disturb, now) && <Button tone="primary" onClick={off}>{t`Turn off`}</Button>}
      </div>
      <Switch
        label={t`Quiet hours`}
        hint={t`By the clock of the device you look at.`}
        checked={schedule != null}
        onChange={(on) => setSchedule(on ? NIGHTS : null)}
      />
      {schedule && (
        <div className="flex flex-col gap-3">
          <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
            <legend className="sr-only">{t`Days`}</legend>
            {DAYS.map((day) => (
              <label key={day} className="flex min-h-9 items-center gap-2 touch:min-h-11">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={schedule.days.includes(day)}
                  onChange={({ target: { checked } }) =>
                    adjustSchedule(({ days }) => ({
                      days: DAYS.filter((one) => (one === day ? checked : days.includes(one))),
                    }))
                  }
                />
                {dayName(day, locale)}
              </label>
            ))}
          </fieldset>
          <div className="grid grid-cols-2 gap-3">
            <TextField
              type="time"
              label={t`From`}
              value={schedule.from}
              onChange={({ target: { value } }) => value && adjustSchedule(() => ({ from: value }))}
            />
            <TextField
              type="time"
              label={t`To`}
              value={schedule.to}
              onChange={({ target: { value } }) => value && adjustSchedule(() => ({ to: value }))}
            />
          </div>
        </div>
      )}
    </section>
  );
}
