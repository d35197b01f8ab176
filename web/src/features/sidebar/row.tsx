import { Plural, useLingui } from '@lingui/react/macro';
import { AtSign, CircleAlert, Clock } from 'lucide-react';
import { memo, Suspense } from 'react';
import { Link } from 'wouter';
import type { ConversationView } from '@/engine';
import { ConversationAvatar, titleOf, useConversation, useEngine } from '@/features/session';
import { Around, actionsOnConversation, openActions, useSlots } from '@/features/slots';
import { pressed } from '@/lib/keys';
import { paths } from '@/lib/paths';
import { fullTime, listTime } from '@/lib/time';
import { cx } from '@/ui';
import { isFresh } from './arrangement';
import { type Preview, usePreview } from './model';

interface RowProps {
  id: string;
  selected: boolean;
}

/** A line of the list. An anchor, so that it opens in a new tab and is found by screen readers' link lists. */
export const ConversationRow = memo(function ConversationRow({ id, selected }: RowProps) {
  const conversation = useConversation(id);
  if (!conversation) return <div className="h-17" />;
  return <Filled conversation={conversation} selected={selected} />;
});

function Filled({ conversation, selected }: { conversation: ConversationView; selected: boolean }) {
  const { t } = useLingui(); // Times and names follow the language, too.
  const engine = useEngine();
  const { conversationActions } = useSlots();
  const preview = usePreview(conversation);
  const { id, unread, mentions } = conversation;
  const last_at = Math.max(conversation.last_at, conversation.pending?.at ?? 0);
  const fresh = isFresh(conversation);
  const openMenu = (owner: HTMLElement, point?: { x: number; y: number }) => {
    const actions = actionsOnConversation(conversationActions, { engine, conversation });
    openActions({ label: t`Conversation actions`, actions, owner, point });
    return actions.length > 0;
  };
  return (
    <Link
      href={paths.conversation(id)}
      state={{ parlor: true }}
      aria-current={selected ? 'page' : undefined}
      data-conversation={id}
      onContextMenu={(event) => {
        const { clientX: x, clientY: y, nativeEvent } = event;
        const byMouse = nativeEvent instanceof PointerEvent && nativeEvent.pointerType === 'mouse';
        if (openMenu(event.currentTarget, byMouse ? { x, y } : undefined)) event.preventDefault();
      }}
      onKeyDown={(event) => {
        // Where the system has no key for it, too.
        if (pressed(event.nativeEvent, 'Shift+F10') && openMenu(event.currentTarget)) event.preventDefault();
      }}
      className={cx(
        'mx-2 flex h-16 items-center gap-3 rounded-md px-2.5 outline-offset-[-2px] select-none',
        selected ? 'bg-selected forced:outline' : 'hover:bg-hover',
      )}
    >
      <ConversationAvatar conversation={conversation} />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex items-baseline gap-2">
          <span className={cx('min-w-0 flex-1 truncate', fresh ? 'font-semibold' : 'font-medium')}>
            <bdi>{titleOf(conversation)}</bdi>
          </span>
          <Marks conversation={conversation} />
          <time
            dateTime={new Date(last_at).toISOString()}
            title={fullTime(last_at)}
            className={cx('shrink-0 text-xs', fresh ? 'font-medium text-accent' : 'text-faint')}
          >
            {listTime(last_at)}
          </time>
        </span>
        <span className="flex h-5 items-center gap-2">
          <span className={cx('flex min-w-0 flex-1 items-center gap-1 text-sm', fresh ? 'text-ink' : 'text-soft')}>
            <Around place="rowPreviews" conversation={conversation}>
              <PreviewLine preview={preview} />
            </Around>
          </span>
          {mentions > 0 && <Called count={mentions} />}
          {fresh && <Badge count={unread} muted={conversation.muted} />}
        </span>
      </span>
    </Link>
  );
}

function Marks({ conversation }: { conversation: ConversationView }) {
  return useSlots().rowMarks.map(
    ({ id, when, Component }) =>
      (when?.(conversation) ?? true) && (
        <Suspense key={id}>
          <Component conversation={conversation} />
        </Suspense>
      ),
  );
}

function PreviewLine({ preview }: { preview: Preview }) {
  const { t } = useLingui();
  return (
    <>
      {preview.kind === 'waiting' && (
        <Clock role="img" aria-label={t`Waiting to be sent`} className="size-3.5 shrink-0 text-faint" />
      )}
      {preview.kind === 'failed' && <CircleAlert role="img" aria-label={t`Not sent`} className="size-3.5 shrink-0 text-danger" />}
      <span className={cx('min-w-0 truncate', preview.kind === 'empty' && 'italic')}>
        {preview.by && (
          <span className={preview.kind === 'draft' ? 'font-medium text-warn' : 'text-faint'}>
            <bdi>{preview.by}</bdi>:{' '}
          </span>
        )}
        <bdi>{preview.text}</bdi>
      </span>
    </>
  );
}

const BADGE = 'inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full text-xs font-semibold forced:border';

/** Without a number when it is only marked. What is muted does not shine. */
function Badge({ count, muted }: { count: number; muted: boolean }) {
  const { t } = useLingui();
  const colour = muted ? 'bg-hover text-soft' : 'bg-accent text-on-accent';
  if (count === 0) return <span role="img" aria-label={t`Marked as unread`} className={cx(BADGE, colour, 'scale-60')} />;
  return (
    <span className={cx(BADGE, colour, 'px-1.5 tabular-nums')}>
      <span aria-hidden="true" dir="ltr">
        {count > 999 ? '999+' : count}
      </span>
      <span className="sr-only">
        <Plural value={count} one="# unread message" other="# unread messages" />
      </span>
    </span>
  );
}

function Called({ count }: { count: number }) {
  return (
    <span className={cx(BADGE, 'bg-accent text-on-accent')}>
      <AtSign aria-hidden="true" className="size-3" />
      <span className="sr-only">
        <Plural value={count} one="# mention" other="# mentions" />
      </span>
    </span>
  );
}
