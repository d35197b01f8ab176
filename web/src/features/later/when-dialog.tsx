import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { tell } from '@/features/session';
import { usePending } from '@/lib/async';
import { clock, dayLabel } from '@/lib/time';
import { Button, TextField } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { toast } from '@/ui/toast';
import { fromInput, type Preset, presets, toInput } from './times';

interface WhenDialogProps {
  title: string;
  confirm: string;
  /** What the time is for. */
  children?: ReactNode;
  /** The time there is, when it is to be moved. */
  at?: number;
  choose: (at: number) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for a time ahead: a few that are often meant, or any. */
export function WhenDialog({ title, confirm, children, at, choose, onClose }: WhenDialogProps) {
  const { t } = useLingui();
  const [now] = useState(Date.now);
  const [own, setOwn] = useState(() => toInput(at !== undefined && at > now ? at : now + 3_600_000));
  const [wrong, setWrong] = useState<string>();
  const [run, pending] = usePending(async (time: number) => {
    try {
      await choose(time);
      onClose();
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
    }
  });
  const words: Record<Preset, string> = {
    soon: t`In 20 minutes`,
    hour: t`In 1 hour`,
    hours: t`In 3 hours`,
    tomorrow: t`Tomorrow morning`,
    monday: t`Next Monday`,
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} closeLabel={t`Close`}>
      {children}
      <ul className="flex flex-col">
        {presets(now).map((preset) => (
          <li key={preset.id}>
            <button
              type="button"
              onClick={() => run(preset.at)}
              className="flex min-h-10 w-full items-center justify-between gap-3 rounded-md px-2.5 text-start hover:bg-hover touch:min-h-11"
            >
              <span>{words[preset.id]}</span>
              <span className="text-sm text-soft">{timeOf(preset.at)}</span>
            </button>
          </li>
        ))}
      </ul>
      <form
        noValidate
        className="flex flex-wrap items-end gap-2 border-t border-line pt-4"
        onSubmit={(event) => {
          event.preventDefault();
          const time = fromInput(own, Date.now());
          if (time === undefined) setWrong(t`Please choose a time ahead, within a year.`);
          else run(time);
        }}
      >
        <div className="min-w-52 flex-1">
          <TextField
            type="datetime-local"
            label={t`Date and time`}
            value={own}
            min={toInput(now)}
            error={wrong}
            onChange={(event) => {
              setOwn(event.target.value);
              setWrong(undefined);
            }}
          />
        </div>
        <Button type="submit" tone="primary" pending={pending}>
          {confirm}
        </Button>
      </form>
      <p className="sr-only" role="status">
        {pending && <Trans>Saving…</Trans>}
      </p>
    </Dialog>
  );
}

/** Tomorrow, 09:00 */
export function timeOf(at: number): string {
  const day = new Date(at).toDateString() === new Date().toDateString() ? '' : `${dayLabel(at)}, `;
  return `${day}${clock(at)}`;
}
