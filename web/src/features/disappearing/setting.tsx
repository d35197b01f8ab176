import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { ConversationView } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { duration } from '@/lib/time';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';

const HOUR_MS = 3_600_000;
const PRESETS = [HOUR_MS / 12, HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS, 28 * 24 * HOUR_MS, 84 * 24 * HOUR_MS];

/** In the details: after what time new messages go. */
export default function Setting({ conversation }: { conversation: ConversationView }) {
  const { t } = useLingui();
  const engine = useEngine();
  const [asked, setAsked] = useState<number>();
  const { id, kind, my, settings } = conversation;
  if (kind === 'thread') return null;
  const stored = settings?.disappear_after_ms ?? 0;
  const now = asked ?? stored;
  const may = kind !== 'group' || my.role !== 'member';
  const name = (ms: number) => (ms === 0 ? t`Never` : t`After ${duration(ms)}`);
  const set = async (ms: number) => {
    setAsked(ms);
    try {
      await engine.call('PATCH', `/conversations/${id}`, { settings: { disappear_after_ms: ms || null } });
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
      setAsked(undefined);
    }
  };
  const times = [...new Set([0, ...PRESETS, now])].sort((a, b) => a - b);
  return (
    <section className="flex flex-col gap-1.5 border-t border-line px-4 pt-4">
      {may ? (
        <Select
          label={t`Messages disappear`}
          value={String(now)}
          options={times.map((ms) => ({ value: String(ms), label: name(ms) }))}
          onChange={(ms) => void set(Number(ms))}
        />
      ) : (
        <p>
          <span className="font-medium">
            <Trans>Messages disappear:</Trans>
          </span>{' '}
          {name(stored)}
        </p>
      )}
      <p className="text-sm text-soft">
        <Trans>New messages are deleted for everybody after this time. Those written before stay.</Trans>
      </p>
    </section>
  );
}
