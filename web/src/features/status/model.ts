import { useMemo } from 'react';
import type { Presence, User } from '@/engine';
import { useEngine, useMe } from '@/features/session';
import { useLate } from '@/lib/late';
import { useReadable } from '@/lib/readable';

type Status = NonNullable<User['status']>;

const NOBODY = { get: () => undefined, subscribe: () => () => undefined };

/** What somebody is up to now: as it is told while they are on screen, else as it was when they were last read. */
export function useStatus(user: User | null | undefined): Status | undefined {
  const engine = useEngine();
  const me = useMe();
  const id = user?.id;
  const presence = useReadable(useMemo(() => (id === undefined ? NOBODY : engine.presence(id)), [engine, id]));
  const status = id === me.id ? me.status : presence ? statusIn(presence) : user?.status;
  const over = useLate(status?.until ?? undefined);
  return over ? undefined : (status ?? undefined);
}

function statusIn({ text, emoji, until }: Presence): Status | undefined {
  return text == null && emoji == null ? undefined : { text: text ?? '', emoji, until };
}
