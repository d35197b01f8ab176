import { useLingui } from '@lingui/react/macro';
import { CalendarClock } from 'lucide-react';
import { lazy } from 'react';
import { useEngine } from '@/features/session';
import { type ComposerHandle, openLayer, useSlots } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { IconButton } from '@/ui';
import { toast } from '@/ui/toast';

const ScheduleDialog = lazy(() => import('./schedule-dialog'));

/** Sends what is written at another time. */
export function ScheduleButton({ composer }: { composer: ComposerHandle }) {
  const { t } = useLingui();
  const engine = useEngine();
  const { sendHooks } = useSlots();
  const open = () => {
    if (composer.text().trim() !== '') return openLayer(ScheduleDialog, { engine, composer, hooks: sendHooks });
    toast({
      text: t`Write something first, then choose when it is sent.`,
      action: { label: t`Scheduled messages`, run: () => navigate(paths.screen('later', 'scheduled')) },
    });
  };
  return <IconButton label={t`Send later`} icon={<CalendarClock className="size-5" />} className="my-0.5" onClick={open} />;
}
