import { useLingui } from '@lingui/react/macro';
import type { OwnPresence, Preferences } from '@/engine';
import { useEngine, useMe, useSetPreferences } from '@/features/session';
import { useReadable } from '@/lib/readable';
import { Select } from '@/ui/select';
import { Switch } from '@/ui/switch';

type Audience = Preferences['presence_to'];

/** How one is seen, and what others may know of one. */
export default function PrivacySection() {
  const { t } = useLingui();
  const engine = useEngine();
  const { receipts, presence_to, last_seen_to } = useMe().preferences;
  const own = useReadable(engine.own_presence);
  const set = useSetPreferences();
  const audiences: { value: Audience; label: string }[] = [
    { value: 'everyone', label: t`Everyone` },
    { value: 'contacts', label: t`My contacts` },
    { value: 'nobody', label: t`Nobody` },
  ];
  const statuses: { value: OwnPresence; label: string }[] = [
    { value: 'online', label: t`Online` },
    { value: 'away', label: t`Away` },
    { value: 'busy', label: t`Busy` },
    { value: 'invisible', label: t`Invisible` },
  ];
  return (
    <section className="flex flex-col gap-5">
      <h2 className="text-lg font-semibold phone:hidden">{t`Privacy`}</h2>
      <Select label={t`Your status`} value={own} options={statuses} onChange={(next) => engine.set_presence(next)} />
      <Switch
        label={t`Read receipts`}
        hint={t`Others see what you have received and read, and you see it of them.`}
        checked={receipts}
        onChange={(next) => set({ receipts: next })}
      />
      <Select
        label={t`Who sees whether you are online`}
        value={presence_to}
        options={audiences}
        onChange={(next) => set({ presence_to: next })}
      />
      <Select
        label={t`Who sees when you were last there`}
        value={last_seen_to}
        options={audiences}
        onChange={(next) => set({ last_seen_to: next })}
      />
      {last_seen_to === 'nobody' && <p className="text-sm text-soft">{t`You do not see it of others either.`}</p>}
    </section>
  );
}
