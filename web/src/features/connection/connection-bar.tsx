import { Trans, useLingui } from '@lingui/react/macro';
import { CloudOff, RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Connection } from '@/engine';
import { useEngine } from '@/features/session';
import { useReadable } from '@/lib/readable';
import { Banner } from '@/ui';

const SHOW_AFTER_MS = 3_000;

/** Short gaps are nobody's business: after three seconds a bar tells that we are not connected. It never covers anything. */
export function ConnectionBar() {
  const connection = useReadable(useEngine().connection);
  const away = connection.state !== 'online';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!away) return setShown(false);
    const timer = setTimeout(() => setShown(true), SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [away]);
  return (
    <div role="status" className="shrink-0 has-[svg]:pt-[env(safe-area-inset-top)]">
      {shown && away && <Bar connection={connection} />}
    </div>
  );
}

function Bar({ connection }: { connection: Connection }) {
  if (connection.state === 'catching_up') {
    return (
      <Banner icon={<RefreshCw />} className="justify-center">
        <Trans>Catching up…</Trans>
      </Banner>
    );
  }
  return (
    <Banner tone="warn" icon={<CloudOff />}>
      <Trans>Not connected. What you write is sent once the connection is back.</Trans>{' '}
      {connection.state === 'waiting' && <Countdown retry_at={connection.retry_at} />}
    </Banner>
  );
}

function Countdown({ retry_at }: { retry_at: number }) {
  const { t } = useLingui();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.ceil((retry_at - now) / 1_000);
  // Read once by screen readers, with the bar; the counting itself is for the eyes.
  return (
    <span aria-hidden="true" className="whitespace-nowrap phone:hidden">
      {seconds > 0 ? t`Next try in ${seconds} s.` : t`Trying now…`}
    </span>
  );
}
