import { t } from '@lingui/core/macro';
import { useEffect } from 'react';
import { EngineError, type Refusal } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { toast } from '@/ui/toast';
import { editingIn } from './editing';

/** Tells of own changes to messages that the server did not want: they are not shown any more. */
export default function Refusals() {
  const engine = useEngine();
  useEffect(
    () =>
      engine.on_refused((refusal) => {
        const text = wordsOf(refusal);
        if (text === undefined) return;
        const { conversation, seq, text: words } = refusal;
        const again = refusal.kind === 'edited' && refusal.code !== 'gone' && seq !== undefined && words !== undefined;
        toast({
          text,
          tone: 'danger',
          ...(again && {
            timeout_ms: 0,
            action: { label: t`Edit again`, run: () => editingIn(engine, conversation).set({ seq, text: words }) },
          }),
        });
      }),
    [engine],
  );
  return null;
}

export function wordsOf({ kind, code, detail }: Refusal): string | undefined {
  const why =
    code === 'gone' || code === 'not_found' ? t`The message was deleted meanwhile.` : tell(new EngineError(code, detail)).text;
  switch (kind) {
    case 'edited':
      return t`Your edit was not saved. ${why}`;
    case 'deleted':
      return t`The message was not deleted. ${why}`;
    case 'reacted':
    case 'unreacted':
      return code === 'too_large' ? t`There is no room for more emoji on this message.` : t`Your reaction was not saved. ${why}`;
    case 'pinned':
      return code === 'too_large'
        ? t`Too many messages are pinned here. Unpin one first.`
        : t`The message was not pinned. ${why}`;
    case 'unpinned':
      return t`The message was not unpinned. ${why}`;
    default:
      return undefined;
  }
}
