import { type ReactNode, useEffect, useState } from 'react';
import { cx } from './cx';

export const SKELETON_AFTER_MS = 200;

/** Shows its children only once the wait has become noticeable. */
export function Later({ children, after_ms = SKELETON_AFTER_MS }: { children: ReactNode; after_ms?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), after_ms);
    return () => clearTimeout(timer);
  }, [after_ms]);
  return shown ? children : null;
}

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block animate-shimmer rounded-sm bg-hover', className)} />;
}

/** Placeholder lines of a list with avatars. */
export function SkeletonRows({ count = 8, label }: { count?: number; label: string }) {
  return (
    <Later>
      <div role="status" aria-label={label} className="flex flex-col">
        {Array.from({ length: count }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
          <div key={i} className="flex items-center gap-3 px-3 py-3">
            <Skeleton className="size-10 rounded-full" />
            <div className="flex flex-1 flex-col gap-2">
              <Skeleton className={cx('h-3.5', i % 3 === 0 ? 'w-1/2' : 'w-2/5')} />
              <Skeleton className={cx('h-3', i % 2 === 0 ? 'w-4/5' : 'w-3/5')} />
            </div>
          </div>
        ))}
      </div>
    </Later>
  );
}
