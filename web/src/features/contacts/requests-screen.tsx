import { Trans, useLingui } from '@lingui/react/macro';
import { MessageCircleQuestion } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ConversationView } from '@/engine';
import { ConversationAvatar, titleOf } from '@/features/session';
import { paths } from '@/lib/paths';
import { listTime } from '@/lib/time';
import { EmptyState } from '@/ui';
import { useRequests } from './use-requests';

/** What people wrote whom one does not know. */
export default function Requests({ bar }: { bar: (title: string) => ReactNode }) {
  const { t } = useLingui();
  const [pending, ignored] = [useRequests('pending'), useRequests('ignored')];
  return (
    <main className="flex h-full min-h-0 flex-col bg-surface">
      {bar(t`Requests`)}
      {pending.length + ignored.length === 0 ? (
        <EmptyState icon={<MessageCircleQuestion className="size-7" />} title={t`No requests`}>
          <Trans>When somebody writes whom you do not know, it waits here until you accept it.</Trans>
        </EmptyState>
      ) : (
        <div className="scroll-pane mx-auto flex min-h-0 w-full max-w-xl flex-1 flex-col gap-6 px-4 pt-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
          <List label={t`Waiting`} requests={pending} />
          <List label={t`Ignored`} requests={ignored} />
        </div>
      )}
    </main>
  );
}

function List({ label, requests }: { label: string; requests: readonly ConversationView[] }) {
  if (requests.length === 0) return null;
  return (
    <section className="flex flex-col gap-1">
      <h2 className="px-2 text-sm font-semibold text-soft">{label}</h2>
      <ul aria-label={label}>
        {requests.map((request) => (
          <li key={request.id}>
            <Link
              href={paths.conversation(request.id)}
              state={{ parlor: true }}
              className="flex min-h-16 items-center gap-3 rounded-md px-2 -outline-offset-2 hover:bg-hover"
            >
              <ConversationAvatar conversation={request} />
              <span className="flex min-w-0 flex-1 flex-col leading-tight">
                <span className="truncate font-medium">
                  <bdi>{titleOf(request)}</bdi>
                </span>
                <span className="truncate text-sm text-soft">
                  <bdi>{request.last_message?.text.slice(0, 160) ?? ''}</bdi>
                </span>
              </span>
              <time dateTime={new Date(request.last_at).toISOString()} className="text-xs text-faint">
                {listTime(request.last_at)}
              </time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
