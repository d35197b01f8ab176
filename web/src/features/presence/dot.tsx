import { useLingui } from '@lingui/react';
import type { ConversationView } from '@/engine';
import { cx } from '@/ui';
import { usePresence, wordsOf } from './model';

/** Each looks different without its colour: a disc, a ring, a bar in a disc. */
const LOOKS = {
  online: 'bg-ok border-ok',
  away: 'border-warn',
  busy: 'bg-danger border-danger',
} as const;

/** Beside the name of the other one, while they are there. */
export function PresenceDot({ conversation }: { conversation: ConversationView }) {
  useLingui();
  const presence = usePresence(conversation.peer?.id);
  const status = presence?.status;
  if (status !== 'online' && status !== 'away' && status !== 'busy') return null;
  return (
    <span title={wordsOf(presence)} className="inline-flex shrink-0 items-center self-center">
      <span
        aria-hidden="true"
        className={cx(
          'inline-flex size-2.5 items-center justify-center rounded-full border-2 forced:bg-[CanvasText]',
          LOOKS[status],
        )}
      >
        {status === 'busy' && <span className="h-px w-1.5 bg-surface" />}
      </span>
      <span className="sr-only">{wordsOf(presence)}</span>
    </span>
  );
}
