import { Trans, useLingui } from '@lingui/react/macro';
import { startTransition, useOptimistic } from 'react';
import type { My } from '@/engine';
import { titleOf, useConversation, useEngine } from '@/features/session';
import { fullTime } from '@/lib/time';
import { Button } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { put } from './model';
import { FOR_EVER, MUTES } from './mutes';

type Level = NonNullable<My['notify']>;

/** What a conversation calls for, and for how long it does not. */
export default function CallsDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const conversation = useConversation(id);
  // At once, as a press must look, though it is shown only when it is safe on the device.
  const [chosen, choose] = useOptimistic<Level>(conversation?.my.notify ?? 'all');
  if (!conversation) return null;
  const { my } = conversation;
  const levels: readonly { value: Level; label: string }[] = [
    { value: 'all', label: t`All messages` },
    { value: 'mentions', label: t`Mentions and replies` },
    { value: 'nothing', label: t`Nothing` },
  ];
  const muted = my.muted_until != null && my.muted_until > Date.now() ? my.muted_until : undefined;
  const mute = (muted_until: number | null) => void put({ engine, conversation }, { muted_until });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Notifications of ${titleOf(conversation)}`}
      closeLabel={t`Close`}
    >
      <div className="flex flex-col gap-5">
        <fieldset className="flex flex-col">
          <legend className="pb-1 font-medium">{t`Notify me of`}</legend>
          {levels.map(({ value, label }) => (
            <label key={value} className="flex min-h-11 items-center gap-3">
              <input
                type="radio"
                name="level"
                checked={chosen === value}
                onChange={() =>
                  startTransition(async () => {
                    choose(value);
                    await put({ engine, conversation }, { notify: value });
                  })
                }
                className="size-4 accent-accent"
              />
              {label}
            </label>
          ))}
        </fieldset>
        <section className="flex flex-col gap-2">
          <h3 className="font-medium">{t`Mute`}</h3>
          {muted !== undefined && (
            <p className="text-sm text-soft">
              {muted >= FOR_EVER ? (
                <Trans>Muted until you turn it back on.</Trans>
              ) : (
                <Trans>Muted until {fullTime(muted)}.</Trans>
              )}
            </p>
          )}
          <div className="flex flex-wrap gap-2">
            {MUTES.map(({ id: key, label, until }) => (
              <Button key={key} onClick={() => mute(until(Date.now()))}>
                {label()}
              </Button>
            ))}
            {muted !== undefined && (
              <Button tone="primary" onClick={() => mute(null)}>
                <Trans>Unmute</Trans>
              </Button>
            )}
          </div>
        </section>
      </div>
    </Dialog>
  );
}
