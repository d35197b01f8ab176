import { useLingui } from '@lingui/react/macro';
import { lazy } from 'react';
import { type MessageProps, openLayer } from '@/features/slots';
import { fullTime } from '@/lib/time';

const History = lazy(() => import('./history'));

/** Beside the time; shows what the message said before. */
export function EditedMark({ engine, message }: MessageProps) {
  const { t } = useLingui();
  return (
    <button
      type="button"
      title={fullTime(message.edited_at ?? message.at)}
      aria-label={t`Edited: show what it said before`}
      onClick={() => openLayer(History, { engine, message })}
      className="relative -order-1 rounded-sm px-0.5 underline decoration-dotted underline-offset-2 after:absolute after:-inset-2 hover:text-ink touch:after:-inset-3"
    >
      {t`edited`}
    </button>
  );
}
