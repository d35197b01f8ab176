import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Engine, Extras } from '@/engine';
import type { ComposerHandle, SendHook } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { toast } from '@/ui/toast';
import { timeOf, WhenDialog } from './when-dialog';

interface ScheduleDialogProps {
  engine: Engine;
  composer: ComposerHandle;
  hooks: readonly SendHook[];
  onClose: () => void;
}

export default function ScheduleDialog({ engine, composer, hooks, onClose }: ScheduleDialogProps) {
  const { t } = useLingui();
  // One for all tries: what arrived although the answer did not is planned once.
  const [client_id] = useState(() => crypto.randomUUID());
  const { conversation } = composer;
  const text = composer.text().trim();
  const choose = async (at: number) => {
    const extras: Extras = Object.assign({}, ...hooks.map((hook) => hook.extras?.(engine, conversation)));
    await engine.call('POST', `/conversations/${conversation}/scheduled`, { ...extras, client_id, text, at });
    composer.write('');
    for (const hook of hooks) hook.sent?.(engine, { ...extras, conversation, text });
    const time = timeOf(at);
    toast({
      text: t`It will be sent: ${time}`,
      action: { label: t`Show`, run: () => navigate(paths.screen('later', 'scheduled')) },
    });
  };
  return (
    <WhenDialog title={t`Send later`} confirm={t`Schedule`} choose={choose} onClose={onClose}>
      <p dir="auto" className="line-clamp-2 shrink-0 border-s-2 border-line ps-3 text-soft">
        {text}
      </p>
    </WhenDialog>
  );
}
