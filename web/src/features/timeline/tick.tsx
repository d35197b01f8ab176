import { useLingui } from '@lingui/react/macro';
import { Check, CircleAlert, Clock3 } from 'lucide-react';
import type { MessageProps } from '@/features/slots';
import { cx } from '@/ui';

/** How far an own message has come: always an icon and words, never a colour alone. */
export function Tick({ pending }: MessageProps) {
  const { t } = useLingui();
  const [Icon, label] =
    pending === undefined ? [Check, t`Sent`] : pending.state === 'failed' ? [CircleAlert, t`Not sent`] : [Clock3, t`Sending`];
  return (
    <span title={label} className={cx('inline-flex', pending?.state === 'failed' && 'text-danger')}>
      <Icon aria-hidden="true" className="size-3.5" />
      <span className="sr-only">{label}</span>
    </span>
  );
}
