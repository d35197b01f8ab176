import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { useLingui } from '@lingui/react/macro';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Engine, Gate } from '@/engine';
import { Auth } from '@/features/auth';
import { SessionProvider } from '@/features/session';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { Later, Mark } from '@/ui';

const Shell = lazy(() => import('./shell'));

type Stage = { stage: 'starting' } | { stage: 'outside'; ended?: string } | { stage: 'inside'; engine: Engine };

interface AppProps {
  gate: Gate;
  resumed: Promise<Engine | undefined>;
}

/** Three stages: not known yet, outside (sign-in), inside (the shell). */
export function App({ gate, resumed }: AppProps) {
  return (
    <I18nProvider i18n={i18n}>
      <Stages gate={gate} resumed={resumed} />
    </I18nProvider>
  );
}

function Stages({ gate, resumed }: AppProps) {
  const endedText = useEndedText();
  const [now, setNow] = useState<Stage>({ stage: 'starting' });
  const [broken, setBroken] = useState<unknown>();

  useEffect(() => {
    resumed.then((engine) => setNow(engine ? { stage: 'inside', engine } : { stage: 'outside' }), setBroken);
  }, [resumed]);

  const engine = now.stage === 'inside' ? now.engine : undefined;
  useEffect(() => {
    return engine?.on_signed_out((reason) => {
      engine.stop();
      setNow(reason === 'logout' ? { stage: 'outside' } : { stage: 'outside', ended: reason });
    });
  }, [engine]);

  const leave = () => {
    navigate(paths.login(), { replace: true });
    setNow({ stage: 'outside' });
  };
  if (broken !== undefined) throw broken;
  return (
    <Suspense fallback={<Opening />}>
      {now.stage === 'inside' && (
        <SessionProvider engine={now.engine} gate={gate} onLeft={leave}>
          <Shell />
        </SessionProvider>
      )}
      {now.stage === 'outside' && (
        <Auth
          gate={gate}
          ended={now.ended === undefined ? undefined : endedText(now.ended)}
          onSignedIn={(signedIn) => setNow({ stage: 'inside', engine: signedIn })}
        />
      )}
      {now.stage === 'starting' && <Opening />}
    </Suspense>
  );
}

function useEndedText(): (reason: string) => string {
  const { t } = useLingui();
  return (reason) =>
    reason === 'revoked'
      ? t`This session was ended from another device. What you had written is still here; sign in to go on.`
      : t`Your session has ended. What you had written is still here; sign in to go on.`;
}

function Opening() {
  const { t } = useLingui();
  return (
    <Later>
      <div role="status" aria-label={t`Opening Parlor`} className="flex h-full items-center justify-center">
        <Mark className="size-14 animate-shimmer" />
      </div>
    </Later>
  );
}
