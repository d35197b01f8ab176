import { useLingui } from '@lingui/react/macro';
import { Check, CheckCheck, CircleAlert, Clock3 } from 'lucide-react';
import { useMemo } from 'react';
import type { MessageProps } from '@/features/slots';
import { useReadable } from '@/lib/readable';
import { cx } from '@/ui';
import { reachOf } from './model';

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
      <Icon aria-hidden="true" className="size-3.5" />
      <span className="sr-only">{label}</span>
    </span>
  );
}
