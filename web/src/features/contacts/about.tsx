import { Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { User } from '@/engine';
import { useStatus } from '@/features/status';
import { clockIn } from '@/lib/time';

/** What somebody tells of themselves besides their name. */
export function About({ user }: { user: User }) {
  const { pronouns, time_zone } = user;
  const status = useStatus(user);
  const time = useTimeIn(time_zone ?? undefined);
  return (
    <>
      {status && (
        <p className="max-w-full rounded-md bg-hover px-3 py-1.5 break-words">
          {status.emoji} <bdi>{status.text}</bdi>
        </p>
      )}
      {pronouns && (
        <p className="text-soft">
          <bdi>{pronouns}</bdi>
        </p>
      )}
      {time && (
        <p className="text-soft">
          <Trans>{time} local time</Trans>
        </p>
      )}
    </>
  );
}

const TICK_MS = 15_000;

function useTimeIn(zone: string | undefined): string | undefined {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (zone === undefined) return undefined;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [zone]);
  return zone === undefined ? undefined : clockIn(zone, now);
}
