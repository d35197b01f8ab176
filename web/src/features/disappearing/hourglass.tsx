import { useLingui } from '@lingui/react/macro';
import { Hourglass as Icon } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { MessageProps } from '@/features/slots';
import { duration } from '@/lib/time';
import { disappear } from './expired';

/** Browsers cannot wait for longer than this at once. */
const WAIT_MS_MAX = 3_600_000;

/** Beside the time of a message that will disappear: when. Hides it when its time has come. */
export function Hourglass({ message }: MessageProps) {
  const { t } = useLingui();
  const { expires_at } = message;
  const [now, setNow] = useState(Date.now);
  const left = (expires_at ?? 0) - now;
  useEffect(() => {
    if (expires_at == null) return undefined;
    const rest = expires_at - now;
    // Within the last minutes the words change each minute.
    const wait = rest > 2 * WAIT_MS_MAX ? WAIT_MS_MAX : Math.min(rest, 60_000);
    const timer = setTimeout(() => (rest <= 60_000 ? disappear() : setNow(Date.now())), Math.max(0, wait));
    return () => clearTimeout(timer);
  }, [expires_at, now]);
  const time = roughly(left);
  const words = t`Disappears in ${time}`;
  return (
    <span title={words} className="inline-flex">
      <Icon aria-hidden="true" className="size-3" />
      <span className="sr-only">{words}</span>
    </span>
  );
}

/** The largest unit of which there is one at least. */
export function roughly(ms: number): string {
  const unit = [7 * 86_400_000, 86_400_000, 3_600_000].find((unit) => ms >= unit) ?? 60_000;
  return duration(Math.max(1, Math.round(ms / unit)) * unit);
}
