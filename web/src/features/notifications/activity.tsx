import { Trans, useLingui } from '@lingui/react/macro';
import { AtSign, Bell, BellOff, Reply, SmilePlus, UserPlus } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { tell, titleOf, useConversation, useEngine, useMe, useUser } from '@/features/session';
import { plainWords } from '@/lib/markdown';
import { paths } from '@/lib/paths';
import { useReadable } from '@/lib/readable';
import { fullTime, listTime } from '@/lib/time';
import { Button, cx, EmptyState, SkeletonRows } from '@/ui';
import { toast } from '@/ui/toast';
import { isNew, type Notice, type Notices } from './model';
import { isQuiet, preferencesOf } from './quiet';
import { useDoNotDisturb } from './use-do-not-disturb';

const ICONS = { mention: AtSign, reply: Reply, reaction: SmilePlus, invitation: UserPlus } as const;

/** Mentions, replies, reactions and invitations, latest first. */
export default function Activity({ bar }: { bar: (title: string) => ReactNode }) {
  const { t } = useLingui();
  const { pages, more, seen_at } = useNotices();
  const fresh_after = useSeen(pages?.[0]?.at, seen_at);
  return (
    <main className="flex h-full min-h-0 flex-col bg-surface">
      {bar(t`Activity`)}
      <div className="scroll-pane min-h-0 flex-1">
        <div className="mx-auto flex min-h-full max-w-2xl flex-col px-3 py-3 pb-[max(2rem,env(safe-area-inset-bottom))]">
          <div className="flex justify-end pb-2">
            <QuietButton />
          </div>
          {!pages && <SkeletonRows label={t`Loading`} />}
          {pages?.length === 0 && (
            <EmptyState icon={<Bell className="size-7" />} title={t`Nothing yet`}>
              <Trans>Mentions, answers and reactions to what you said are found here.</Trans>
            </EmptyState>
          )}
          {pages && pages.length > 0 && (
            <ul aria-label={t`Activity`} className="flex flex-col gap-0.5">
              {pages.map((notice) => (
                <Line key={`${notice.conversation} ${notice.seq} ${notice.kind}`} notice={notice} fresh_after={fresh_after} />
              ))}
            </ul>
          )}
          {more && (
            <Button className="mx-auto mt-3" onClick={more}>
              <Trans>Show older</Trans>
            </Button>
          )}
        </div>
      </div>
    </main>
  );
}

/**
 * What is listed has been seen, once the page is looked at. What was new when one came stands out until one goes.
 * Answers when one had looked before.
 */
function useSeen(newest: number | undefined, seen_at: number | undefined): number {
  const engine = useEngine();
  const [before, setBefore] = useState<number>();
  if (before === undefined && seen_at !== undefined) setBefore(seen_at);
  useEffect(() => {
    if (newest === undefined || seen_at === undefined || newest <= seen_at) return;
    const see = () => {
      if (document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', see);
      // The next visit says it again.
      engine.call('PUT', '/me/notices/seen', { at: newest }).catch(() => undefined);
    };
    document.addEventListener('visibilitychange', see);
    see();
    return () => document.removeEventListener('visibilitychange', see);
  }, [engine, newest, seen_at]);
  return before ?? 0;
}

/** The first page is the account's document, fetched anew when one comes here; older ones are asked for. */
function useNotices() {
  const engine = useEngine();
  const document = useReadable(useMemo(() => engine.document<Notices>('notices'), [engine]));
  const [fetched, setFetched] = useState<Notices>();
  const [older, setOlder] = useState<Notices>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer document says that there is something newer
  useEffect(() => {
    const asked = new AbortController();
    engine
      .call<Notices>('GET', '/me/notices', undefined, asked.signal)
      .then(setFetched)
      .catch(() => undefined); // The document is there.
    return () => asked.abort();
  }, [engine, document]);
  const first = fetched ?? document;
  const cursor = (older ?? first)?.cursor;
  const more = () => {
    engine
      .call<Notices>('GET', `/me/notices?cursor=${cursor}`)
      .then((page) => setOlder({ ...page, notices: [...(older?.notices ?? []), ...page.notices] }))
      .catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
  };
  return {
    pages: first && [...first.notices, ...(older?.notices ?? [])],
    more: cursor ? more : undefined,
    seen_at: first && Math.max(first.seen_at, document?.seen_at ?? 0),
  };
}

function Line({ notice, fresh_after }: { notice: Notice; fresh_after: number }) {
  const { t } = useLingui();
  const actor = useUser(notice.actor);
  const said_in = useConversation(notice.conversation);
  const conversation = useConversation(notice.parent?.conversation ?? notice.conversation);
  const fresh = isNew(notice, fresh_after, said_in);
  const name = actor?.name ?? '';
  const place = conversation ? titleOf(conversation) : '';
  const Icon = ICONS[notice.kind as keyof typeof ICONS] ?? Bell;
  const href = notice.parent
    ? paths.thread(notice.parent, notice.message?.seq)
    : paths.conversation(notice.conversation, notice.message?.seq);
  return (
    <li>
      <Link
        href={href}
        state={{ parlor: true }}
        className={cx('flex items-start gap-3 rounded-md px-3 py-2.5 hover:bg-hover', fresh && 'bg-selected')}
      >
        <Icon aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-soft" />
        <span className="flex min-w-0 flex-1 flex-col">
          <span className={cx('flex items-baseline gap-2', fresh && 'font-medium')}>
            <span className="min-w-0 flex-1">
              {notice.kind === 'mention' && (
                <Trans>
                  {name} mentioned you in {place}
                </Trans>
              )}
              {notice.kind === 'reply' && (
                <Trans>
                  {name} answered you in {place}
                </Trans>
              )}
              {notice.kind === 'reaction' && (
                <Trans>
                  {name} reacted with {notice.emoji ?? ''} in {place}
                </Trans>
              )}
              {notice.kind === 'invitation' && (
                <Trans>
                  {name} brought you into {place}
                </Trans>
              )}
              {fresh && <span className="sr-only"> {t`New`}</span>}
            </span>
            <time dateTime={new Date(notice.at).toISOString()} title={fullTime(notice.at)} className="shrink-0 text-xs text-soft">
              {listTime(notice.at)}
            </time>
          </span>
          {notice.kind !== 'invitation' && (
            <span dir="auto" className="truncate text-sm text-soft">
              {notice.message ? plainWords(notice.message.text).slice(0, 200) : t`This message is not here any more.`}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

function QuietButton() {
  const { t } = useLingui();
  const quiet = isQuiet(preferencesOf(useMe()).do_not_disturb, Date.now());
  const { untilTomorrow, off } = useDoNotDisturb();
  return (
    <Button aria-pressed={quiet} onClick={quiet ? off : untilTomorrow}>
      <BellOff aria-hidden="true" className="size-4.5" />
      {quiet ? t`Do not disturb is on` : t`Do not disturb`}
    </Button>
  );
}
