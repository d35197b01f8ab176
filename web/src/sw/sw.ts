/**
 * The service worker: the shell from the cache, so that the client starts without a network. It never touches the API;
 * messages are kept by the engine in IndexedDB. The build writes the list of files; index.html's revision includes a hash
 * of the security headers, as the cache keeps a page together with its policy.
 */
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | { url: string; revision: string | null })[] };

precacheAndRoute(self.__WB_MANIFEST, { cleanURLs: false, directoryIndex: 'index.html' });
cleanupOutdatedCaches();

/** Paths that the server itself answers, and files, which are in the cache or nowhere. */
const not_ours = /^\/(?:api|healthz|readyz|metrics|\.well-known)(?:\/|$)|\/[^/]+\.[^/]+$/;

self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return;
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== self.location.origin || not_ours.test(pathname)) return;
  event.respondWith(shell(event.request));
});

async function shell(request: Request): Promise<Response> {
  return (await matchPrecache('/index.html')) ?? fetch(request);
}

// A new version waits until the client says that its tabs are ready for it.
self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') void self.skipWaiting();
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
