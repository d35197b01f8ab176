import { Trans, useLingui } from '@lingui/react/macro';
import { BellRing } from 'lucide-react';
import { useReadable } from '@/lib/readable';
import { Button } from '@/ui';
import { toast } from '@/ui/toast';
import { answered, card } from './card-state';

/** Above the conversations, once: only who says yes here is asked by the browser. */
export default function Card() {
  const { t } = useLingui();
  if (!useReadable(card)) return null;
  const ask = async () => {
    answered();
    if ((await Notification.requestPermission()) === 'denied')
      toast({ text: t`The browser does not allow notifications of this site.` });
  };
  return (
    <section
      aria-label={t`Notifications on this device`}
      className="mx-4 mb-2.5 flex flex-wrap items-center justify-end gap-2 rounded-md border border-line bg-raised p-2.5"
    >
      <BellRing aria-hidden="true" className="mx-0.5 size-5 shrink-0 text-accent" />
      <p className="min-w-48 flex-1 text-sm">
        <Trans>Be told of answers while you look at something else?</Trans>
      </p>
      <Button onClick={answered}>
        <Trans>Not now</Trans>
      </Button>
      <Button tone="primary" onClick={() => void ask()}>
        <Trans>Turn on</Trans>
      </Button>
    </section>
  );
}
