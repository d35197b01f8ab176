import { t } from '@lingui/core/macro';
import { useEffect, useMemo } from 'react';
import type { Presence } from '@/engine';
import { useEngine } from '@/features/session';
import { useReadable } from '@/lib/readable';
import { ago } from '@/lib/time';

const NOBODY = { get: () => undefined, subscribe: () => () => undefined };

/** How somebody is there, told as long as they are on screen. */
export function usePresence(user: string | undefined): Presence | undefined {
  const engine = useEngine();
  useEffect(() => (user === undefined ? undefined : engine.watch([user])), [engine, user]);
  return useReadable(useMemo(() => (user === undefined ? NOBODY : engine.presence(user)), [engine, user]));
}

/** In words; nothing for somebody who is away for good and does not say since when. */
export function wordsOf(presence: Presence | undefined): string | undefined {
  switch (presence?.status) {
    case 'online':
      return t`online`;
    case 'away':
      return t`away`;
    case 'busy':
      return t`busy`;
    default: {
      if (presence?.last_seen_at == null) return undefined;
      const when = ago(presence.last_seen_at);
      return t`last seen ${when}`;
    }
  }
}
