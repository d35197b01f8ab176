import { t } from '@lingui/core/macro';
import { lazy } from 'react';
import { type ComposerContext, openLayer } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { toast } from '@/ui/toast';

const ScheduleDialog = lazy(() => import('./schedule-dialog'));

/** Sends what is written at another time. */
export function schedule({ engine, composer, slots }: ComposerContext): void {
  if (composer.text().trim() !== '') {
    openLayer(ScheduleDialog, { engine, composer, hooks: slots.sendHooks });
    return;
  }
  const run = () => navigate(paths.screen('later', 'scheduled'));
  toast({ text: t`Write something first, then choose when it is sent.`, action: { label: t`Scheduled messages`, run } });
}
