import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { MessageProps } from '@/features/slots';
import { useStanding } from './model';

/** In a group both are there; what somebody says whom one blocked is shown on request. */
export function Cover({ engine, message, children }: MessageProps & { children: ReactNode }) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const { blocked } = useStanding(message.sender);
  if (!blocked || open || engine.conversation(message.conversation).get()?.kind === 'direct') return children;
  return (
    <p className="text-soft italic">
      {t`Blocked message`} ·{' '}
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="min-h-7 font-medium text-ink not-italic underline underline-offset-2 touch:min-h-11"
      >
        {t`Show`}
      </button>
    </p>
  );
}
