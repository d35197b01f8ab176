import { Trans, useLingui } from '@lingui/react/macro';
import { MessagesSquare } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { Link } from 'wouter';
import type { ConversationView } from '@/engine';
import { titleOf, useConversation, useEngine } from '@/features/session';
import { plainWords } from '@/lib/markdown';
import { paths } from '@/lib/paths';
import { useReadable } from '@/lib/readable';
import { listTime } from '@/lib/time';
import { cx, EmptyState } from '@/ui';

/** The threads one follows, latest first. */
export default function ThreadsScreen({ bar }: { bar: (title: string) => ReactNode }) {
  const { t } = useLingui();
  const ids = useReadable(useEngine().threads);
  return (
    <main className="flex h-full min-h-0 flex-col bg-surface">
      {bar(t`Threads`)}
      {ids.length === 0 ? (
        <EmptyState icon={<MessagesSquare className="size-7" />} title={t`You follow no threads`}>
          <Trans>Reply to a message in a thread, and it is kept here for you.</Trans>
        </EmptyState>
      ) : (
        <ul aria-label={t`Threads`} className="scroll-pane mx-auto min-h-0 w-full max-w-4xl flex-1 p-2 desk:p-4">
          {ids.map((id) => (
            <ThreadLine key={id} id={id} />
          ))}
        </ul>
      )}
    </main>
  );
}

function ThreadLine({ id }: { id: string }) {
  const thread = useConversation(id);
  return thread?.parent ? <Line thread={thread} parent={thread.parent} /> : null;
}

function Line({ thread, parent }: { thread: ConversationView; parent: NonNullable<ConversationView['parent']> }) {
  const { t } = useLingui();
  const engine = useEngine();
  const { conversation, seq } = parent;
  const message = useReadable(useMemo(() => engine.message(conversation, seq), [engine, conversation, seq]));
  const place = useConversation(conversation);
  const words = (text: string) => plainWords(text).slice(0, 200).replace(/\s+/g, ' ').trim();
  const unread = thread.unread > 0;
  return (
    <li>
      <Link
        href={paths.thread(parent)}
        state={{ parlor: true }}
        className="flex min-h-16 items-center gap-3 rounded-md px-3 py-2 outline-offset-[-2px] hover:bg-hover"
      >
        <span className="flex min-w-0 flex-1 flex-col">
          <span dir="auto" className={cx('truncate', unread && 'font-semibold')}>
            {message?.deleted ? t`This message was deleted.` : words(message?.text ?? '')}
          </span>
          <span className="truncate text-sm text-soft">
            {place && <bdi>{titleOf(place)}</bdi>}
            {thread.last_message && <span dir="auto"> · {words(thread.last_message.text)}</span>}
          </span>
        </span>
        <span className="flex shrink-0 flex-col items-end gap-1 text-sm text-soft">
          <time dateTime={new Date(thread.last_at).toISOString()}>{listTime(thread.last_at)}</time>
          {unread && (
            <span className="rounded-full bg-accent px-2 font-semibold text-on-accent">
              <span aria-hidden="true">{thread.unread}</span>
              <span className="sr-only">{t`${thread.unread} unread`}</span>
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
