import { Trans, useLingui } from '@lingui/react/macro';
import { Copy } from 'lucide-react';
import { Link } from 'wouter';
import { useEngine, useMe } from '@/features/session';
import { paths } from '@/lib/paths';
import { useReadable } from '@/lib/readable';
import { Button, buttonClass, EmptyState, Mark } from '@/ui';
import { toast } from '@/ui/toast';

/** A desktop with nothing open: what to do next, and on an empty server how others get here. */
export function EmptyPane() {
  const { t } = useLingui();
  const engine = useEngine();
  const empty = useReadable(engine.conversations).length === 0;
  const ready = useReadable(engine.ready);
  const name = useMe().name;
  return (
    <main className="flex h-full bg-surface">
      <h1 className="sr-only">Parlor</h1>
      {empty && ready ? (
        <EmptyState icon={<Mark className="size-14" />} title={t`Welcome, ${name}`} action={<CopyAddress />}>
          <Trans>Send people the address of this server. Once they have signed up, you find them here by name.</Trans>
        </EmptyState>
      ) : (
        <EmptyState
          icon={<Mark className="size-14" />}
          title={t`Pick a conversation, or start a new one`}
          action={
            <Link href={paths.newChat()} state={{ parlor: true }} className={buttonClass('plain')}>
              <Trans>New chat</Trans>
            </Link>
          }
        />
      )}
    </main>
  );
}

function CopyAddress() {
  const { t } = useLingui();
  const address = location.origin;
  const copy = () => {
    // Without https there is no clipboard: then the address is at least written here.
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(address).then(
      () => toast({ text: t`Address copied.` }),
      () => toast({ text: t`The address could not be copied.`, tone: 'danger' }),
    );
  };
  return (
    <Button onClick={copy} aria-label={t`Copy the address ${address}`}>
      <bdi>{address.replace(/^https?:\/\//, '')}</bdi>
      <Copy aria-hidden="true" className="size-4 text-soft" />
    </Button>
  );
}

export function NotFound() {
  const { t } = useLingui();
  return (
    <main className="flex h-full bg-surface">
      <h1 className="sr-only">{t`Page not found`}</h1>
      <EmptyState
        title={t`There is nothing at this address`}
        action={
          <Link href={paths.home()} replace className={buttonClass('plain')}>
            <Trans>To the conversations</Trans>
          </Link>
        }
      />
    </main>
  );
}
