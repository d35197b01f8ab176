import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { SmilePlus } from 'lucide-react';
import { useState } from 'react';
import type { Engine, Message } from '@/engine';
import type { MessageProps } from '@/features/slots';
import { cx } from '@/ui';
import { openQuick, openWho } from './layers';
import { namesOf, toggleReaction } from './model';
import { whoReacted } from './who';

const CHIP =
  'relative flex min-h-7 items-center gap-1 rounded-full border px-2 text-sm transition-colors duration-100 touch:min-h-9 ' +
  'touch:after:absolute touch:after:-inset-1';

/** The emoji on a message: each is a button that puts one's own with the others, or takes it off. */
export function Chips({ engine, message, own }: MessageProps) {
  const { t } = useLingui();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label={t`Reactions`} className={cx('mt-1 flex flex-wrap gap-1', own && 'justify-end')}>
      {message.reactions?.map(({ emoji, count, mine }) => (
        <Chip key={emoji} engine={engine} message={message} emoji={emoji} count={count} mine={mine} />
      ))}
      <button
        type="button"
        aria-label={t`Add a reaction`}
        title={t`Add a reaction`}
        aria-haspopup="dialog"
        onClick={(event) => openQuick(engine, message, event.currentTarget)}
        className={cx(CHIP, 'border-transparent text-soft hover:bg-hover hover:text-ink')}
      >
        <SmilePlus aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}

interface ChipProps {
  engine: Engine;
  message: Message;
  emoji: string;
  count: number;
  mine: boolean;
}

function Chip({ engine, message, emoji, count, mine }: ChipProps) {
  const { t } = useLingui();
  const [told, setTold] = useState<{ for: Message; names: string[] }>();
  const ask = () => {
    if (told?.for === message) return;
    whoReacted(engine, message).then(
      (all) => {
        const me = engine.me.get().id;
        const names = all.filter((one) => one.emoji === emoji).map(({ user }) => (user.id === me ? t`You` : user.name));
        setTold({ for: message, names });
      },
      // Without a connection the number has to do.
      () => undefined,
    );
  };
  const names = told?.for === message ? namesOf(told.names, count) : undefined;
  const people = plural(count, { one: '# person', other: '# people' });
  return (
    <button
      type="button"
      aria-pressed={mine}
      aria-label={`${emoji} ${names ?? people}`}
      title={names}
      onPointerEnter={ask}
      onFocus={ask}
      onClick={() => toggleReaction(engine, message, emoji)}
      // On touch it is what a long press means.
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        openWho(engine, message);
      }}
      className={cx(
        CHIP,
        mine ? 'border-accent bg-selected text-ink forced:outline' : 'border-line bg-raised text-soft hover:bg-hover',
      )}
    >
      <span aria-hidden="true" className="text-base leading-none">
        {emoji}
      </span>
      <span className="tabular-nums">{count}</span>
    </button>
  );
}
