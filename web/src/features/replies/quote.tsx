import { useLingui } from '@lingui/react/macro';
import { type CSSProperties, useMemo } from 'react';
import type { Engine } from '@/engine';
import { useUser } from '@/features/session';
import type { MessageProps } from '@/features/slots';
import { showMessage } from '@/features/timeline';
import { hueOf } from '@/lib/avatar-colour';
import { useReadable } from '@/lib/readable';

const SHOWN_CHARS = 200;

/** Two lines of fixed height, whether the message is here yet or not. */
export function QuotedLines({ engine, conversation, seq }: { engine: Engine; conversation: string; seq: number }) {
  const { t } = useLingui();
  const message = useReadable(useMemo(() => engine.message(conversation, seq), [engine, conversation, seq]));
  const me = engine.me.get().id;
  const sender = useUser(message?.sender);
  const name = message ? (message.sender === me ? t`You` : (sender?.name ?? '')) : '';
  return (
    <span
      style={{ '--hue': hueOf(message?.sender ?? '') } as CSSProperties}
      className="flex min-w-0 flex-1 flex-col border-s-3 border-current ps-2 text-start text-sm avatar-ink"
    >
      <span className="h-5 truncate font-semibold">
        <bdi>{name}</bdi>
      </span>
      <span dir="auto" className="h-5 truncate text-soft">
        {message === null
          ? t`This message is not here any more.`
          : message?.deleted
            ? t`This message was deleted.`
            : message?.text.slice(0, SHOWN_CHARS).replace(/\s+/g, ' ')}
      </span>
    </span>
  );
}

/** What a message answers; leads there. */
export function Quote({ engine, message }: MessageProps) {
  const { t } = useLingui();
  const { conversation, reply_to } = message;
  if (reply_to == null) return null;
  return (
    <button
      type="button"
      aria-label={t`To the message this answers`}
      onClick={() => showMessage(conversation, reply_to)}
      className="-mx-1 mt-0.5 mb-1 flex w-[calc(100%+0.5rem)] min-w-40 rounded-sm bg-surface/60 px-1.5 py-1 hover:bg-surface touch:min-h-11"
    >
      <QuotedLines engine={engine} conversation={conversation} seq={reply_to} />
    </button>
  );
}
