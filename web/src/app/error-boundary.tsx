import { i18n } from '@lingui/core';
import { t } from '@lingui/core/macro';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from '@/ui';

interface Props {
  children: ReactNode;
  /** A change of it clears the error: another screen was opened. */
  resetKey?: string;
}

/** What broke stays where it broke; the rest goes on. */
export class ErrorBoundary extends Component<Props, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidUpdate(before: Props): void {
    if (before.resetKey !== this.props.resetKey && 'error' in this.state && this.state.error !== undefined) {
      this.setState({ error: undefined });
    }
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <Broken error={this.state.error} />;
  }
}

function Broken({ error }: { error: unknown }) {
  // The catalog itself may be what failed to load: then these words stand in for it.
  const say = (words: () => string, plain: string) => (i18n.locale ? words() : plain);
  return (
    <main role="alert" className="flex h-full flex-col items-center justify-center gap-4 bg-surface p-6 text-center">
      <h1 className="text-xl font-semibold">{say(() => t`Something broke here`, 'Something broke here')}</h1>
      <p className="max-w-sm text-soft">
        {say(
          () => t`Your messages are safe. Loading the page again usually helps.`,
          'Your messages are safe. Loading the page again usually helps.',
        )}
      </p>
      <Button tone="primary" onClick={() => location.reload()}>
        {say(() => t`Load again`, 'Load again')}
      </Button>
      <pre dir="ltr" className="max-w-full overflow-x-auto text-sm text-faint">
        {error instanceof Error ? error.message : String(error)}
      </pre>
    </main>
  );
}
