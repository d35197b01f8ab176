import { useEffect, useMemo, useRef } from 'react';
import type { Presence } from '@/engine';
import { useEngine } from '@/features/session';
import { watchOnScreen } from '@/lib/on-screen';
import { useReadable } from '@/lib/readable';
import { cx } from '@/ui';
import { usePresence } from './model';

/** Each looks different without its colour: a disc, a ring, a bar in a disc, a faint ring. */
const LOOKS = {
  online: 'bg-ok border-ok forced:bg-[CanvasText]',
  away: 'border-warn',
  busy: 'bg-danger border-danger forced:bg-[CanvasText]',
  invisible: 'border-faint',
  offline: undefined,
} as const;

/** Decoration: the words stand elsewhere. */
export function Dot({ status }: { status: Presence['status'] }) {
  return (
    <span
      aria-hidden="true"
      className={cx('flex size-full items-center justify-center rounded-full border-[0.1875em] text-[0.75rem]', LOOKS[status])}
    >
      {status === 'busy' && <span className="h-[0.15em] w-[0.45em] bg-surface" />}
    </span>
  );
}

/** On somebody's picture, while they are there; watched as long as it can be seen. */
export function PresenceDot({ user }: { user: string }) {
  const engine = useEngine();
  const place = useRef<HTMLSpanElement>(null);
  const status = usePresence(user)?.status ?? 'offline';
  useEffect(() => {
    if (!place.current) return undefined;
    let unwatch: (() => void) | undefined;
    const stop = watchOnScreen(place.current, (on) => {
      unwatch?.();
      unwatch = on ? engine.watch([user]) : undefined;
    });
    return () => {
      stop();
      unwatch?.();
    };
  }, [engine, user]);
  const shown = LOOKS[status] !== undefined;
  return (
    <span ref={place} data-marked={shown || undefined} className="avatar-mark">
      {shown && <Dot status={status} />}
    </span>
  );
}

/** On one's own picture: how one wants to be seen. */
export function OwnDot() {
  const engine = useEngine();
  const status = useReadable(useMemo(() => engine.own_presence, [engine]));
  return (
    <span data-marked className="avatar-mark">
      <Dot status={status} />
    </span>
  );
}
