import { Plural, Trans } from '@lingui/react/macro';
import { MessagesSquare } from 'lucide-react';
import { Link } from 'wouter';
import { useConversation } from '@/features/session';
import type { MessageProps } from '@/features/slots';
import { paths } from '@/lib/paths';
import { listTime } from '@/lib/time';
import { cx } from '@/ui';

/** What a message tells of its thread; leads there. */
export function Summary({ message }: MessageProps) {
  const { thread } = message;
  const unread = useConversation(thread?.conversation)?.unread ?? 0;
  if (thread == null) return null;
  return (
    <Link
      href={paths.thread(message)}
      state={{ parlor: true }}
      className="mt-0.5 flex min-h-7 items-center gap-1.5 rounded-md px-2 text-sm text-accent hover:bg-hover touch:min-h-11"
    >
      <MessagesSquare aria-hidden="true" className="size-4" />
      <span className={cx(unread > 0 && 'font-semibold')}>
        <Plural value={thread.replies} one="# reply" other="# replies" />
        {unread > 0 && (
          <>
            {', '}
            <Trans>{unread} new</Trans>
          </>
        )}
      </span>
      <time dateTime={new Date(thread.last_at).toISOString()} className="text-soft">
        {listTime(thread.last_at)}
      </time>
    </Link>
  );
}
