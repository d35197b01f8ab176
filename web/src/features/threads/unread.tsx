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
    // Of each thread by itself: what lies unread in one need not change what is unread in all.
    subscribe: (listener) => {
      let forget: (() => void)[] = [];
      const follow = () => {
        for (const stop of forget) stop();
        forget = engine.threads.get().map((id) => engine.conversation(id).subscribe(listener));
      };
      follow();
      const stop = engine.threads.subscribe(() => {
        follow();
        listener();
      });
      return () => {
        for (const one of [stop, ...forget]) one();
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
