import { Trans, useLingui } from '@lingui/react/macro';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Engine } from '@/engine';
import { tell } from '@/features/session';
import { usePending } from '@/lib/async';
import { Banner, Button, IconButton, TextField } from '@/ui';
import { Dialog } from '@/ui/dialog';

const OPTIONS_MAX = 12;
const OPTION_CHARS = 100;
const HOUR_MS = 3_600_000;

interface NewPollProps {
  engine: Engine;
  conversation: string;
  onClose: () => void;
}

/** An option keeps its key while others come and go. */
interface Option {
  key: number;
  text: string;
}

export default function NewPoll({ engine, conversation, onClose }: NewPollProps) {
  const { t } = useLingui();
  const [question, setQuestion] = useState('');
  const [options, setOptions] = useState<readonly Option[]>([0, 1].map((key) => ({ key, text: '' })));
  const [multiple, setMultiple] = useState(false);
  const [anonymous, setAnonymous] = useState(false);
  const [ends, setEnds] = useState('0');
  const [wrong, setWrong] = useState<string>();
  // One for all tries: what arrived although the answer did not is one poll.
  const [client_id] = useState(() => crypto.randomUUID());
  const [ask, pending] = usePending(async () => {
    const texts = options.map(({ text }) => text.trim()).filter(Boolean);
    if (question.trim() === '') return setWrong(t`Please ask something.`);
    if (texts.length < 2) return setWrong(t`Please give at least two options.`);
    if (new Set(texts).size < texts.length) return setWrong(t`Two options are the same.`);
    const closes_at = Number(ends) > 0 ? Date.now() + Number(ends) * HOUR_MS : null;
    const body = { client_id, question: question.trim(), options: texts, multiple, anonymous, closes_at };
    try {
      await engine.call('POST', `/conversations/${conversation}/polls`, body);
      onClose();
    } catch (error) {
      setWrong(tell(error).text);
    }
  });
  const write = (key: number, text: string) => {
    setOptions(options.map((option) => (option.key === key ? { key, text } : option)));
    setWrong(undefined);
  };
  const add = () => setOptions([...options, { key: Math.max(...options.map(({ key }) => key)) + 1, text: '' }]);
  const times = [
    { value: '0', label: t`Never` },
    { value: '1', label: t`In 1 hour` },
    { value: '24', label: t`In 1 day` },
    { value: '168', label: t`In 1 week` },
  ];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`New poll`} closeLabel={t`Close`}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <TextField
          label={t`Question`}
          dir="auto"
          value={question}
          maxLength={300}
          onChange={(event) => {
            setQuestion(event.target.value);
            setWrong(undefined);
          }}
        />
        <ul className="flex flex-col gap-2">
          {options.map(({ key, text }, n) => (
            <li key={key}>
              <TextField
                label={t`Option ${n + 1}`}
                dir="auto"
                value={text}
                maxLength={OPTION_CHARS}
                onChange={(event) => write(key, event.target.value)}
                end={
                  options.length > 2 && (
                    <IconButton
                      label={t`Remove option ${n + 1}`}
                      icon={<X className="size-4" />}
                      onClick={() => setOptions(options.filter((option) => option.key !== key))}
                    />
                  )
                }
              />
            </li>
          ))}
        </ul>
        {options.length < OPTIONS_MAX && (
          <Button onClick={add}>
            <Plus aria-hidden="true" className="size-4" />
            <Trans>Add an option</Trans>
          </Button>
        )}
        <Check label={t`Several answers`} checked={multiple} onChange={setMultiple} />
        <Check label={t`Anonymous: nobody sees who chose what`} checked={anonymous} onChange={setAnonymous} />
        <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
          <legend className="pb-1 text-sm font-medium">
            <Trans>Closes</Trans>
          </legend>
          {times.map(({ value, label }) => (
            <label key={value} className="flex min-h-9 items-center gap-2 touch:min-h-11">
              <input
                type="radio"
                name="closes"
                value={value}
                checked={ends === value}
                onChange={() => setEnds(value)}
                className="size-4.5 accent-accent"
              />
              {label}
            </label>
          ))}
        </fieldset>
        {wrong && (
          <Banner tone="danger" role="alert">
            {wrong}
          </Banner>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" tone="primary" pending={pending}>
            <Trans>Ask</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Check({ label, checked, onChange }: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="flex min-h-9 items-center gap-2 touch:min-h-11">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4.5 accent-accent"
      />
      {label}
    </label>
  );
}
