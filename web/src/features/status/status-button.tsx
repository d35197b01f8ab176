import { useLingui } from '@lingui/react/macro';
import { SmilePlus } from 'lucide-react';
import { useMe } from '@/features/session';
import { chooseStatus } from '.';

/** Beside one's own face: what one is up to, or that one may say so. */
export function StatusButton({ className }: { className: string }) {
  const { t } = useLingui();
  const { status } = useMe();
  const label = status?.text ? t`Status: ${status.text}` : t`Set a status`;
  return (
    <button type="button" aria-label={label} title={label} onClick={chooseStatus} className={className}>
      {status?.emoji ? <span aria-hidden="true">{status.emoji}</span> : <SmilePlus aria-hidden="true" className="size-5" />}
    </button>
  );
}
