import './styles.css';
import { createRoot } from 'react-dom/client';
import { browser_env, createGate } from '@/engine';
import { startLocale } from '@/lib/i18n';
import { App } from './app';
import { ErrorBoundary } from './error-boundary';
import { registerServiceWorker } from './service-worker';

const gate = createGate(browser_env());
// Asked before anything is drawn: the cache answers while the language is being loaded.
const resumed = gate.resume();
// The shell is fetched beside the catalog, not after it.
resumed.then((engine) => engine && import('./shell')).catch(() => undefined);

async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (!root) return;
  await startLocale().catch((error: unknown) => console.error('No catalog could be loaded', error));
  createRoot(root).render(
    <ErrorBoundary>
      <App gate={gate} resumed={resumed} />
    </ErrorBoundary>,
  );
  registerServiceWorker();
}

void start();
