import { useLingui } from '@lingui/react/macro';
import { CircleAlert, Clock3 } from 'lucide-react';
import { useMemo } from 'react';
import type { MessageProps } from '@/features/slots';
import { useReadable } from '@/lib/readable';
import { cx } from '@/ui';
import { reachOf } from './model';

interface IconProps {
  className?: string;
}

/** Lucide's, in two elements and few attributes: each own row has one, and they are drawn anew at each switch. */
function Line({ className, path }: IconProps & { path: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      className={cx('fill-none stroke-current stroke-2 [stroke-linecap:round] [stroke-linejoin:round]', className)}
    >
      <path d={path} />
    </svg>
  );
}

const Check = (props: IconProps) => <Line path="M20 6 9 17l-5-5" {...props} />;
const CheckCheck = (props: IconProps) => <Line path="M18 6 7 17l-5-5M22 10l-7.5 7.5L13 16" {...props} />;

/** How far an own message has come: always an icon and words, never a colour alone. */
export function Tick({ engine, message, pending }: MessageProps) {
  const { t } = useLingui();
  const { conversation, seq } = message;
  // A word, so that a mark that moves past this message redraws nothing.
  const readable = useMemo(() => {
    const receipts = engine.receipts(conversation);
    // Whoever tells nothing is told nothing, of what was known before either.
    const reach = () => (engine.me.get().preferences.receipts ? reachOf(seq, receipts.get().values()) : 'sent');
    return { get: reach, subscribe: receipts.subscribe.bind(receipts) };
  }, [engine, conversation, seq]);
  const reach = useReadable(readable);
  const state = pending?.state ?? reach;
  const [Icon, label] = {
    queued: [Clock3, t`Sending`] as const,
    sending: [Clock3, t`Sending`] as const,
    failed: [CircleAlert, t`Not sent`] as const,
    sent: [Check, t`Sent`] as const,
    delivered: [CheckCheck, t`Delivered`] as const,
    read: [CheckCheck, t`Read`] as const,
  }[state];
  return (
    <span title={label} className={cx('inline-flex', state === 'failed' && 'text-danger', state === 'read' && 'text-accent')}>
      <Icon className="size-3.5" />
      <span className="sr-only">{label}</span>
    </span>
  );
}
