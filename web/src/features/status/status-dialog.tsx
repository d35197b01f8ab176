import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { User } from '@/engine';
import { tell, useEngine, useMe } from '@/features/session';
import { usePending } from '@/lib/async';
import { Button, TextField } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { Select } from '@/ui/select';
import { EmojiField } from './emoji-field';
import { type Span, untilOf } from './until';

const TEXT_CHARS = 100;

type Status = NonNullable<User['status']>;

export default function StatusDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const { status } = useMe();
  const [text, setText] = useState(status?.text ?? '');
  const [emoji, setEmoji] = useState(status?.emoji ?? '');
  const [span, setSpan] = useState<Span>('open');
  const [wrong, setWrong] = useState<string>();
  const presets: readonly { emoji: string; text: string; span: Span }[] = [
    { emoji: '📅', text: t`In a meeting`, span: 'hour' },
    { emoji: '🚆', text: t`On the way`, span: 'half_hour' },
    { emoji: '🏠', text: t`Working from home`, span: 'today' },
    { emoji: '🤒', text: t`Out sick`, span: 'today' },
    { emoji: '🌴', text: t`On holiday`, span: 'week' },
  ];
  const [save, pending] = usePending(async (next: Status | null) => {
    try {
      await engine.update_me({ status: next });
      onClose();
    } catch (error) {
      setWrong(tell(error).text);
    }
  });
  const chosen = (): Status | null => {
    const until = untilOf(span, Date.now());
    if (!text.trim() && !emoji) return null;
    return { text: text.trim(), ...(emoji && { emoji }), ...(until !== undefined && { until }) };
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Set a status`} closeLabel={t`Close`}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save(chosen());
        }}
      >
        <ul aria-label={t`Suggestions`} className="flex flex-wrap gap-2">
          {presets.map((preset) => (
            <li key={preset.emoji}>
              <button
                type="button"
                onClick={() => {
                  setEmoji(preset.emoji);
                  setText(preset.text);
                  setSpan(preset.span);
                }}
                className="min-h-9 rounded-full border border-edge px-3 hover:bg-hover touch:min-h-11"
              >
                <span aria-hidden="true">{preset.emoji}</span> {preset.text}
              </button>
            </li>
          ))}
        </ul>
        <div className="flex items-start gap-1">
          <div className="pt-[1.6rem]">
            <EmojiField value={emoji} onChange={setEmoji} />
          </div>
          <div className="min-w-0 flex-1">
            <TextField
              label={t`What are you up to?`}
              dir="auto"
              value={text}
              maxLength={TEXT_CHARS}
              error={wrong}
              onChange={(event) => {
                setText(event.target.value);
                setWrong(undefined);
              }}
            />
          </div>
        </div>
        <Select<Span>
          label={t`Clear it`}
          value={span}
          onChange={setSpan}
          options={[
            { value: 'open', label: t`Never` },
            { value: 'half_hour', label: t`In half an hour` },
            { value: 'hour', label: t`In an hour` },
            { value: 'hours', label: t`In four hours` },
            { value: 'today', label: t`Tonight` },
            { value: 'week', label: t`At the end of the week` },
          ]}
        />
        <div className="flex flex-wrap justify-end gap-2">
          {status && (
            <Button pending={pending} onClick={() => save(null)}>
              <Trans>Clear status</Trans>
            </Button>
          )}
          <Button type="submit" tone="primary" pending={pending}>
            <Trans>Save</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
