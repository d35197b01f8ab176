import { t } from '@lingui/core/macro';
import { scriptURL } from '@/lib/trusted-types';

/** Makes the client start without a network. A new version waits until the person wants it. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(scriptURL('/sw.js')).then(
    (registration) => {
      if (registration.waiting) void offer(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const next = registration.installing;
        next?.addEventListener('statechange', () => {
          if (next.state === 'installed' && navigator.serviceWorker.controller) void offer(next);
        });
      });
    },
    (error: unknown) => console.warn('No service worker', error),
  );
}

async function offer(worker: ServiceWorker): Promise<void> {
  const { toast } = await import('@/ui/toast');
  toast({
    text: t`A new version of Parlor is ready.`,
    timeout_ms: 0,
    action: {
      label: t`Load it`,
      run: () => {
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        worker.postMessage({ type: 'SKIP_WAITING' });
      },
    },
  });
}
