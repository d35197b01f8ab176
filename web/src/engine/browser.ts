// biome-ignore-all lint/style/noRestrictedGlobals: the one file of the engine that meets the browser
/** The environment of a real browser. */
import type { Env, Lifecycle, LocksLike, Request, SocketLike } from './env';
import { lease_locks } from './tabs/lease';

const answer_ms = 30_000;

export function browser_env(): Env {
  return {
    origin: location.origin,
    device: device_name(navigator.userAgent),
    fetch: (url, request) => ask(url, request),
    open_socket,
    now: () => Date.now(),
    random: () => Math.random(),
    random_bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    after,
    next_frame,
    locks: locks(),
    open_channel: (name) => {
      const channel = new BroadcastChannel(name);
      const like = {
        post: (message: unknown) => channel.postMessage(message),
        onmessage: null as ((message: unknown) => void) | null,
        close: () => channel.close(),
      };
      channel.onmessage = (event) => like.onmessage?.(event.data);
      return like;
    },
    indexed_db: globalThis.indexedDB,
    visible: () => document.visibilityState === 'visible',
    on_activity,
    on_lifecycle,
  };
}

/** A network that swallows packets must look like no network. */
function ask(url: string, request: Request): Promise<Response> {
  const limit = AbortSignal.timeout(answer_ms);
  const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
  return fetch(url, { ...request, signal, credentials: 'same-origin', cache: 'no-store' });
}

function open_socket(url: string): SocketLike {
  const socket = new WebSocket(url);
  const like: SocketLike = {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  socket.onopen = () => like.onopen?.();
  socket.onmessage = (event) => {
    if (typeof event.data === 'string') like.onmessage?.(event.data);
  };
  socket.onclose = () => like.onclose?.();
  return like;
}

function on_lifecycle(listener: (event: Lifecycle) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  window.addEventListener('online', () => listener('online'), { signal });
  window.addEventListener('offline', () => listener('offline'), { signal });
  window.addEventListener('pageshow', (event) => event.persisted && listener('resume'), { signal });
  window.addEventListener('pagehide', () => listener('hidden'), { signal });
  document.addEventListener('visibilitychange', () => listener(document.visibilityState === 'visible' ? 'visible' : 'hidden'), {
    signal,
  });
  return () => stop.abort();
}

/** Told at once, then not again for a while. */
const activity_ms = 10_000;

function on_activity(listener: () => void): () => void {
  const stop = new AbortController();
  let told_at = 0;
  const tell = () => {
    if (Date.now() - told_at < activity_ms) return;
    told_at = Date.now();
    listener();
  };
  const how = { signal: stop.signal, passive: true, capture: true };
  for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'])
    window.addEventListener(name, tell, how);
  return () => stop.abort();
}

function locks(): LocksLike {
  const manager = navigator.locks as LockManager | undefined;
  if (manager !== undefined) {
    return { hold: (name, work, signal) => manager.request(name, { ...(signal && { signal }) }, work) as Promise<never> };
  }
  // Without any database a tab is alone with what it knows, and leads itself.
  if (globalThis.indexedDB === undefined) return { hold: (_, work) => work() };
  return lease_locks(globalThis.indexedDB, { now: () => Date.now(), random: () => Math.random(), after });
}

function after(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}

/** A page that is hidden, or whose window is, draws no frames. */
const longest_frame_ms = 100;

function next_frame(work: () => void): () => void {
  const go = () => {
    cancel();
    work();
  };
  const frame = requestAnimationFrame(go);
  const timer = setTimeout(go, longest_frame_ms);
  const cancel = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  return cancel;
}

/** "Firefox on Linux": what the list of sessions shows. */
export function device_name(agent: string): string {
  const find = (names: readonly (readonly [RegExp, string])[]) => names.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = find([
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/Chrom(e|ium)\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ]);
  const system = find([
    [/iPhone|iPad/, 'iOS'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/CrOS/, 'ChromeOS'],
    [/Linux/, 'Linux'],
  ]);
  return [browser ?? 'Browser', system].filter((part) => part !== undefined).join(' on ');
}
