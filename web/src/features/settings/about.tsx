import { Trans, useLingui } from '@lingui/react/macro';
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { tell, useEngine, useServer, useSignOut } from '@/features/session';
import { usePending } from '@/lib/async';
import { paths } from '@/lib/paths';
import { useReadable } from '@/lib/readable';
import { Button, Mark } from '@/ui';
import { Confirm } from '@/ui/dialog';
import { toast } from '@/ui/toast';
import { Section } from './section';

export function AboutSection() {
  const { t } = useLingui();
  const server = useServer();
  const version = server?.version ?? '';
  return (
    <Section only title={t`About`}>
      <div className="flex items-center gap-4">
        <Mark className="size-12" />
        <div>
          <p className="font-semibold">Parlor {version}</p>
          {server && (
            <p className="text-soft">
              <Trans>
                Server: <bdi>{server.name}</bdi>
              </Trans>
            </p>
          )}
        </div>
      </div>
      <p className="text-soft">
        <Trans>
          Free software under the MIT and Apache 2.0 licences. Your messages live on this server and on your devices, nowhere
          else.
        </Trans>
      </p>
      <p>
        <a href="/licences.txt" target="_blank" rel="noreferrer" className="text-accent underline underline-offset-2">
          <Trans>What it is built with, and under which licences</Trans>
        </a>
      </p>
      <p>
        <Link href={paths.debugSync()} className="text-accent underline underline-offset-2">
          <Trans>Sync state, for troubleshooting</Trans>
        </Link>
      </p>
    </Section>
  );
}

export function SignOut() {
  const { t } = useLingui();
  const signOut = useSignOut();
  const online = useReadable(useEngine().connection).state === 'online';
  const [asking, setAsking] = useState(false);
  const [leave, pending] = usePending(async () => {
    try {
      await signOut();
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
      setAsking(false);
    }
  });
  return (
    <>
      <Button onClick={() => setAsking(true)} tone="danger_plain">
        <LogOut aria-hidden="true" className="size-4 rtl:-scale-x-100" />
        <Trans>Sign out</Trans>
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t`Sign out on this device?`}
        confirm={t`Sign out`}
        cancel={t`Cancel`}
        pending={pending}
        onConfirm={leave}
      >
        <Trans>Everything kept here is removed, drafts and unsent messages included. What is on the server stays.</Trans>
        {!online && (
          <span className="mt-2 block text-ink">
            <Trans>
              You are offline, so the server cannot be told yet: this device stays in your list of devices until Parlor is opened
              here with a connection.
            </Trans>
          </span>
        )}
      </Confirm>
    </>
  );
}
