import { Trans, useLingui } from '@lingui/react/macro';
import { BellRing } from 'lucide-react';
import { useReadable } from '@/lib/readable';
import { Button } from '@/ui';
import { toast } from '@/ui/toast';
import { answered, card } from './card-state';

/** Above the input, once: only who says yes here is asked by the browser. */
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
      className="mx-auto mb-2 flex max-w-214 flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-line bg-raised px-3.5 py-2.5"
    >
      <BellRing aria-hidden="true" className="size-5 shrink-0 text-accent" />
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
