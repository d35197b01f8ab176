import { Trans, useLingui } from '@lingui/react/macro';
import { Ban } from 'lucide-react';
import { type CSSProperties, memo, type ReactNode, useRef } from 'react';
import { type Engine, EngineError, type Pending } from '@/engine';
import { showProfile } from '@/features/contacts';
import { tell } from '@/features/session';
import { MessageCovers, MessageMarks, MessageParts } from '@/features/slots';
import { MessageText } from '@/features/text';
import { hueOf } from '@/lib/avatar-colour';
import { isLoneEmoji } from '@/lib/emoji';
import { useLate } from '@/lib/late';
import { clock, fullTime } from '@/lib/time';
import { Avatar, cx } from '@/ui';
import type { ShownMessage } from './model';
import { useNames } from './names';
import { toggle, useSelected } from './selection';
import { Toolbar, useAttention } from './toolbar';

/** A message that waits longer than this says so. */
const PATIENCE_MS = 10_000;

interface MessageRowProps {
  engine: Engine;
  shown: ShownMessage;
  rowKey: string;
  /** Names and faces are shown where more than two can speak. */
  group: boolean;
  focusable: boolean;
  highlighted: boolean;
}

/** One message. The row keeps its key from the clock to the tick, so it is never mounted twice. */
export const MessageRow = memo(function MessageRow({ engine, shown, rowKey, group, focusable, highlighted }: MessageRowProps) {
  const { t } = useLingui();
  const { message, own, first, last } = shown;
  const { sender, at } = message;
  const row = useRef<HTMLElement>(null);
  const { attended, handlers } = useAttention();
  const selected = useSelected(message.conversation, message.seq);
  const selecting = selected !== undefined && message.seq > 0;
  const [name = ''] = useNames(engine, [sender]);
  const who = own ? t`You` : name || t`Someone`;
  const face = group && !own;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the checkbox does the same by keyboard
    <article
      ref={row}
      {...handlers}
      onClick={() => selecting && toggle(message.conversation, message.seq)}
      data-key={rowKey}
      data-seq={message.seq || undefined}
      tabIndex={focusable ? 0 : -1}
      aria-label={t`${who}, ${clock(at)}`}
      className={cx(
        'group/row flex touch:select-none scroll-my-4 gap-2 rounded-md px-3 outline-offset-[-2px] transition-colors duration-700 data-swiped:bg-selected desk:px-5',
        first ? 'mt-2.5' : 'mt-0.5',
        own && 'justify-end',
        (highlighted || selected) && 'bg-selected',
      )}
    >
      {selecting && <SelectBox who={who} shown={shown} checked={selected} />}
      {face && <span className="w-7 shrink-0 self-end">{last && <Avatar id={sender} name={name} size="sm" />}</span>}
      <Body engine={engine} shown={shown} name={face && first ? name : undefined}>
        {attended && !selecting && <Toolbar engine={engine} message={message} own={own} named={face && first} row={row} />}
      </Body>
    </article>
  );
});

interface BodyProps {
  engine: Engine;
  shown: ShownMessage;
  /** Of the sender, where it stands above the first bubble. */
  name: string | undefined;
  /** What stands at the bubble. */
  children: ReactNode;
}

function Body({ engine, shown, name, children }: BodyProps) {
  const { message, own, last, pending, upto } = shown;
  const { text, at } = message;
  const props = { engine, message, own, pending, upto };
  const end = (
    <span className="float-end ms-2.5 mt-0.5 flex items-center gap-1 text-xs leading-5 text-soft select-none">
      <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
        {clock(at)}
      </time>
      {!message.deleted && <MessageMarks {...props} />}
    </span>
  );
  return (
    <div className={cx('flex max-w-[min(34rem,84%)] min-w-0 flex-col', own ? 'items-end' : 'items-start')}>
      {name !== undefined && <Name id={message.sender} name={name} />}
      <div className="relative max-w-full min-w-0">
        <div
          className={cx(
            'max-w-full min-w-0 overflow-clip rounded-lg px-3 py-1.5 forced:border',
            (message.deleted || !isLoneEmoji(text)) && (own ? 'bg-own' : 'bg-other'),
            last && (own ? 'rounded-ee-sm' : 'rounded-es-sm'),
            pending?.state === 'failed' && 'outline outline-danger',
          )}
        >
          <MessageCovers {...props}>
            <MessageParts place="top" {...props} />
            {message.deleted ? (
              <Tombstone end={end} />
            ) : (
              <MessageText engine={engine} text={text} mentions={message.mentions} end={end} />
            )}
            <MessageParts place="bottom" {...props} />
          </MessageCovers>
        </div>
        {children}
      </div>
      <MessageParts place="under" {...props} />
      {pending && <PendingNote engine={engine} pending={pending} />}
    </div>
  );
}

/** The place of what was taken back. */
function Tombstone({ end }: { end: ReactNode }) {
  return (
    <p className="flow-root text-soft italic">
      <Ban aria-hidden="true" className="me-1.5 inline size-4 align-[-0.15em]" />
      <Trans>This message was deleted.</Trans>
      <span className="not-italic">{end}</span>
    </p>
  );
}

function Name({ id, name }: { id: string; name: string }) {
  return (
    <button
      type="button"
      // The row's menu leads there by keyboard; among the rows only one thing is a tab stop.
      tabIndex={-1}
      onClick={() => showProfile(id)}
      style={{ '--hue': hueOf(id) } as CSSProperties}
      className="avatar-ink mb-0.5 ms-3 max-w-full truncate rounded-sm text-sm font-semibold hover:underline"
    >
      {/* The line is there before the name is: rows that grow would move all that is read. */}
      <bdi>{name || '\u00a0'}</bdi>
    </button>
  );
}

function SelectBox({ who, shown, checked }: { who: string; shown: ShownMessage; checked: boolean }) {
  const { t } = useLingui();
  const { conversation, seq, text, at } = shown.message;
  return (
    <input
      type="checkbox"
      checked={checked}
      // The row hears of the click as well.
      onChange={() => toggle(conversation, seq)}
      onClick={(event) => event.stopPropagation()}
      aria-label={t`Select: ${who}, ${clock(at)}, ${text.slice(0, 80)}`}
      className={cx('size-5 shrink-0 self-center accent-accent touch:size-6', shown.own && 'me-auto')}
    />
  );
}

function PendingNote({ engine, pending }: { engine: Engine; pending: Pending }) {
  const late = useLate(pending.at + PATIENCE_MS);
  if (pending.state === 'failed') return <FailedNote engine={engine} pending={pending} />;
  if (!late) return null;
  return (
    <p className="mt-0.5 text-end text-sm text-pretty text-soft">
      <Trans>Waiting for the connection. It will be sent by itself.</Trans>{' '}
      <button
        type="button"
        onClick={() => void engine.unsend(pending.conversation, pending.client_id)}
        className="min-h-7 rounded-sm px-1.5 font-medium underline underline-offset-2 hover:bg-hover touch:min-h-11"
      >
        <Trans>Do not send</Trans>
      </button>
    </p>
  );
}

function FailedNote({ engine, pending }: { engine: Engine; pending: Pending }) {
  const { client_id, conversation, text, error, error_code } = pending;
  const edit = () => {
    const draft = engine.draft(conversation).get();
    engine.set_draft(conversation, draft === '' ? text : `${draft}\n${text}`);
    void engine.discard(client_id);
  };
  return (
    <div className="mt-0.5 flex flex-wrap items-center justify-end gap-x-1 text-sm text-danger">
      <span className="pe-1 text-end">
        <Trans>Not sent.</Trans> {error_code && <bdi>{tell(new EngineError(error_code, error ?? '')).text}</bdi>}
      </span>
      <span className="flex gap-x-1">
        <NoteButton onClick={() => void engine.retry(client_id)}>
          <Trans>Retry</Trans>
        </NoteButton>
        <NoteButton onClick={edit}>
          <Trans>Edit</Trans>
        </NoteButton>
        <NoteButton onClick={() => void engine.discard(client_id)}>
          <Trans>Delete</Trans>
        </NoteButton>
      </span>
    </div>
  );
}

function NoteButton({ onClick, children }: { onClick: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="min-h-7 rounded-sm px-1.5 font-medium text-danger underline underline-offset-2 hover:bg-danger-soft touch:min-h-11"
    >
      {children}
    </button>
  );
}
