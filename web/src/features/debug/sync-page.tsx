import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useEngine } from '@/features/session';
import { Button } from '@/ui';

const REFRESH_MS = 1_000;

/** Cursors, holes, outbox and tab roles as the engine tells them: for those who look for a fault. */
export default function SyncPage({ bar }: { bar: (title: string) => ReactNode }) {
  const { t } = useLingui();
  const engine = useEngine();
  const [state, setState] = useState('');
  const refresh = useCallback(() => {
    engine.debug().then(
      (answer) => setState(JSON.stringify(answer, null, 2)),
      (error: unknown) => setState(String(error)),
    );
  }, [engine]);
  useEffect(() => {
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return (
    <main className="flex h-full min-h-0 flex-col bg-surface">
      {bar(t`Sync state`)}
      <div className="flex items-center gap-2 px-4 py-3">
        <Button onClick={() => void navigator.clipboard?.writeText(state)}>
          <Trans>Copy</Trans>
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} dir="ltr" className="scroll-pane min-h-0 flex-1 overflow-x-auto px-4 pb-6 font-mono text-sm">
        {state}
      </pre>
    </main>
  );
}
