import { t as lingui } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useId, useState } from 'react';
import type { Engine, Message } from '@/engine';
import { tell, useConversation } from '@/features/session';
import type { MessageProps } from '@/features/slots';
import { clock, dayLabel } from '@/lib/time';
import { Button } from '@/ui';
import { toast } from '@/ui/toast';
import { choose, chosenBy, isOver, type Poll, percent, pollOf } from './model';

/** The options of a poll, to choose from, with how they stand. */
export function Ballot({ engine, message, own }: MessageProps) {
  const { t } = useLingui();
  const name = useId();
  const poll = pollOf(message);
  const [mine, vote] = useVote(engine, message, poll);
  const over = useIsOver(poll);
  const conversation = useConversation(message.conversation);
  if (poll === undefined) return null;
  const mayClose = own || (conversation?.kind === 'group' && conversation.my.role !== 'member');
  const close = () => {
    engine
      .call('POST', `/conversations/${message.conversation}/polls/${message.seq}/close`)
      .catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
  };
  return (
    <fieldset className="mt-1 flex w-72 max-w-full min-w-0 flex-col gap-1 pb-1" disabled={over || message.seq === 0}>
      <legend className="text-sm text-soft">
        {over ? t`Closed` : poll.multiple ? t`Choose one or more` : t`Choose one`}
        {poll.anonymous && ` · ${t`anonymous`}`}
      </legend>
      {poll.options.map((_, n) => (
        <Option
          // biome-ignore lint/suspicious/noArrayIndexKey: options are known by their places
          key={n}
          name={name}
          poll={poll}
          n={n}
          checked={mine.includes(n)}
          onPress={() => vote(choose(poll, mine, n))}
          engine={engine}
        />
      ))}
      <p className="flex flex-wrap items-center justify-between gap-x-3 text-sm text-soft">
        <span aria-live="polite">
          <Plural value={poll.voters} one="# vote" other="# votes" />
          {!over && poll.closes_at != null && (
            <>
              {' · '}
              <Trans>
                until {dayLabel(poll.closes_at)}, {clock(poll.closes_at)}
              </Trans>
            </>
          )}
        </span>
        {!over && mayClose && message.seq > 0 && <Button onClick={close}>{t`Close the poll`}</Button>}
      </p>
    </fieldset>
  );
}

interface OptionProps {
  engine: Engine;
  name: string;
  poll: Poll;
  n: number;
  checked: boolean;
  onPress: () => void;
}

function Option({ engine, name, poll, n, checked, onPress }: OptionProps) {
  const { t } = useLingui();
  const { text, count, voters = [] } = poll.options[n] ?? { text: '', count: 0 };
  const share = percent(poll, n);
  // Who is known to this device; the title is a courtesy, the count is what matters.
  const who = voters.map((id) => engine.user(id).get()?.name ?? t`Someone`).join(', ');
  return (
    <label title={who || undefined} className="flex min-h-9 cursor-pointer flex-col gap-1 rounded-sm py-1 touch:min-h-11">
      <span className="flex items-center gap-2">
        <input
          type={poll.multiple ? 'checkbox' : 'radio'}
          name={name}
          checked={checked}
          // A radio that is pressed again says nothing by itself; a click always does.
          onChange={() => undefined}
          onClick={onPress}
          className="size-4.5 shrink-0 accent-accent"
        />
        <span dir="auto" className="min-w-0 flex-1 break-words">
          {text}
        </span>
        <span className="text-sm text-soft">
          {count} · {share} %
        </span>
      </span>
      <span aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-line">
        <span className="block h-full rounded-full bg-accent transition-[width] duration-200" style={{ width: `${share}%` }} />
      </span>
    </label>
  );
}

/** What one has chosen, shown at once, and how one chooses. */
function useVote(
  engine: Engine,
  { conversation, seq }: Message,
  poll: Poll | undefined,
): [readonly number[], (options: number[]) => void] {
  const told = poll && chosenBy(poll, engine.me.get().id);
  const hidden = poll !== undefined && told === undefined;
  const [asked, setAsked] = useState<readonly number[]>();
  const path = `/conversations/${conversation}/polls/${seq}`;
  useEffect(() => {
    // Only the server knows, and only for oneself.
    if (!hidden || seq === 0) return;
    engine.call<{ mine: number[] }>('GET', path).then(
      ({ mine }) => setAsked((before) => before ?? mine),
      () => undefined,
    );
  }, [engine, hidden, path, seq]);
  const key = told?.join();
  useEffect(() => {
    if (key !== undefined) setAsked(undefined);
  }, [key]);
  const vote = (options: number[]) => {
    setAsked(options);
    engine.call('PUT', `${path}/votes`, { options }).catch((error: unknown) => {
      setAsked(undefined);
      toast({ text: tell(error, { conflict: lingui`This poll is closed.` }).text, tone: 'danger' });
    });
  };
  return [asked ?? told ?? [], vote];
}

/** Browsers cannot wait for longer than this at once. */
const WAIT_MS_MAX = 3_600_000;

function useIsOver(poll: Poll | undefined): boolean {
  const [now, setNow] = useState(Date.now);
  const over = poll !== undefined && isOver(poll, now);
  const closes_at = poll?.closes_at;
  useEffect(() => {
    if (over || closes_at == null) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), Math.min(Math.max(0, closes_at - now), WAIT_MS_MAX));
    return () => clearTimeout(timer);
  }, [over, closes_at, now]);
  return over;
}
