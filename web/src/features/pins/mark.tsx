import { useLingui } from '@lingui/react/macro';
import { Pin } from 'lucide-react';

/** Beside the time. */
export function PinnedMark() {
  const { t } = useLingui();
  return (
    <span role="img" aria-label={t`Pinned`} title={t`Pinned`}>
      <Pin aria-hidden="true" className="size-3" />
    </span>
  );
}
