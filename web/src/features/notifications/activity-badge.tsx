import { Plural } from '@lingui/react/macro';
import { useNewNotices } from './model';

export default function ActivityBadge() {
  const count = useNewNotices();
  if (count === 0) return null;
  return (
    <span className="inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-accent px-1.5 text-xs font-semibold text-on-accent tabular-nums forced:border">
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">
        <Plural value={count} one="# new" other="# new" />
      </span>
    </span>
  );
}
