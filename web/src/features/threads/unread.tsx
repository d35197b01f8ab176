import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import type { Engine, Readable } from '@/engine';
import { useEngine } from '@/features/session';
import { useReadable } from '@/lib/readable';

/** How many of the threads one follows have something new. */
export function unreadThreads(engine: Engine): Readable<number> {
  const count = () => engine.threads.get().filter((id) => (engine.conversation(id).get()?.unread ?? 0) > 0).length;
  return {
    get: count,
    subscribe: (listener) => {
      const forget = [engine.threads.subscribe(listener), engine.unread_total.subscribe(listener)];
      return () => {
        for (const stop of forget) stop();
      };
    },
  };
}

export function UnreadThreads() {
  const { t } = useLingui();
  const engine = useEngine();
  const count = useReadable(useMemo(() => unreadThreads(engine), [engine]));
  if (count === 0) return null;
  return (
    <span className="rounded-full bg-accent px-2 text-sm font-semibold text-on-accent">
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{t`${count} with something new`}</span>
    </span>
  );
}
