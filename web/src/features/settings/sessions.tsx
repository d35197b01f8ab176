import { Trans, useLingui } from '@lingui/react/macro';
import { MonitorSmartphone } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { Session } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { usePending } from '@/lib/async';
import { ago, fullTime, shortDate } from '@/lib/time';
import { Banner, Button, SkeletonRows } from '@/ui';
import { toast } from '@/ui/toast';

export function Sessions() {
  const { t } = useLingui();
  const engine = useEngine();
  const [sessions, setSessions] = useState<readonly Session[]>();
  const [failure, setFailure] = useState<string>();
  const load = useCallback(() => {
    engine.sessions().then(
      (answer) => {
        setSessions([...answer].sort((a, b) => Number(b.current) - Number(a.current) || b.last_seen_at - a.last_seen_at));
        setFailure(undefined);
      },
      (error: unknown) => setFailure(tell(error).text),
    );
  }, [engine]);
  useEffect(load, [load]);

  if (failure) {
    return (
      <Banner
        tone="danger"
        role="alert"
        className="rounded-md"
        action={
          <Button onClick={load}>
            <Trans>Try again</Trans>
          </Button>
        }
      >
        {failure}
      </Banner>
    );
  }
  if (!sessions) return <SkeletonRows count={2} label={t`Loading devices`} />;
  return (
    <ul aria-label={t`Devices`} className="flex flex-col divide-y divide-line rounded-md border border-line">
      {sessions.map((session) => (
        <li key={session.id}>
          <SessionRow session={session} onRevoked={() => setSessions((all) => all?.filter(({ id }) => id !== session.id))} />
        </li>
      ))}
    </ul>
  );
}

function SessionRow({ session, onRevoked }: { session: Session; onRevoked: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const [revoke, pending] = usePending(async () => {
    try {
      await engine.revoke_session(session.id);
      onRevoked();
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
    }
  });
  const device = session.device || t`Unknown device`;
  const seen = ago(session.last_seen_at);
  const since = shortDate(session.created_at);
  return (
    <div className="flex items-center gap-3 px-4 py-3">
      <MonitorSmartphone aria-hidden="true" className="size-5 shrink-0 text-soft" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          <bdi>{device}</bdi>
        </p>
        <p className="truncate text-sm text-soft">
          <bdi>{session.address}</bdi>
        </p>
        <p className="text-sm text-soft" title={fullTime(session.last_seen_at)}>
          {session.current ? t`This device` : t`Seen ${seen}`} · <Trans>Since {since}</Trans>
        </p>
      </div>
      {!session.current && (
        <Button onClick={revoke} pending={pending} aria-label={t`Sign out ${device}`}>
          <Trans>Sign out</Trans>
        </Button>
      )}
    </div>
  );
}
