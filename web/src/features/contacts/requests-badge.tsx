import { Plural } from '@lingui/react/macro';
import { useRequests } from './use-requests';

export default function RequestsBadge() {
  const count = useRequests('pending').length;
  if (count === 0) return null;
  return (
    <span className="inline-flex h-5 min-w-5 items-center justify-center rounded-full bg-selected px-1.5 text-xs font-semibold tabular-nums forced:border">
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">
        <Plural value={count} one="# request" other="# requests" />
      </span>
    </span>
  );
}
