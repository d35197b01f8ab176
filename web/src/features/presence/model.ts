import { t } from '@lingui/core/macro';
import { useMemo } from 'react';
import type { Presence } from '@/engine';
import { useEngine } from '@/features/session';
import { useReadable } from '@/lib/readable';
import { ago } from '@/lib/time';

const NOBODY = { get: () => undefined, subscribe: () => () => undefined };

/** How somebody is there: known while something on screen watches them, as the dot on their picture does. */
export function usePresence(user: string | undefined): Presence | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => (user === undefined ? NOBODY : engine.presence(user)), [engine, user]));
}

/** In words; nothing for somebody who is not there. */
export function hereWords(status: Presence['status'] | undefined): string | undefined {
  switch (status) {
    case 'online':
      return t`online`;
    case 'away':
      return t`away`;
    case 'busy':
      return t`busy`;
    default:
      return undefined;
  }
}

/** In words; nothing for somebody who is away for good and does not say since when. */
export function wordsOf(presence: Presence | undefined): string | undefined {
  const here = hereWords(presence?.status);
  if (here !== undefined || presence?.last_seen_at == null) return here;
  const when = ago(presence.last_seen_at);
  return t`last seen ${when}`;
}
