import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import { paths } from '@/lib/paths';
import { buttonClass, EmptyState, Mark } from '@/ui';

/** A desktop with nothing open. */
export function EmptyPane() {
  const { t } = useLingui();
  return (
    <main className="flex h-full bg-surface">
      <h1 className="sr-only">Parlor</h1>
      <EmptyState
        icon={<Mark className="size-14" />}
        title={t`Pick a conversation, or start a new one`}
        action={
          <Link href={paths.newChat()} state={{ parlor: true }} className={buttonClass('plain')}>
            <Trans>New chat</Trans>
          </Link>
        }
      />
    </main>
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
