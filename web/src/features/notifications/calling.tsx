import { useEffect } from 'react';
import { useLocation } from 'wouter';
import type { Engine } from '@/engine';
import { useEngine } from '@/features/session';
import { useReadable } from '@/lib/readable';
import { type Arrival, gathered, listen } from './arrivals';
import { unlockOnGesture } from './sounds';

/** Comes with the first thing there is to tell. */
let teller: typeof import('./teller') | undefined;

async function tell(engine: Engine, arrivals: readonly Arrival[]): Promise<void> {
  teller ??= await import('./teller');
  teller.tell(engine, arrivals);
}

/** Tells of what comes in while one looks elsewhere: beside the page, above it, by sound, and on the icon. */
export default function Calling() {
  const engine = useEngine();
  const unread = useReadable(engine.unread_total) > 0;
  useEffect(() => unlockOnGesture(), []);
  useEffect(() => {
    const { heard, stop } = gathered((arrivals) => {
      tell(engine, arrivals).catch((error: unknown) => console.warn('What came in was not told of', error));
    });
    const unlisten = listen(engine, heard);
    return () => {
      unlisten();
      stop();
    };
  }, [engine]);
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = unread ? '/favicon-unread.svg' : '/favicon.svg';
  }, [unread]);
  const [path] = useLocation();
  useEffect(() => teller?.clear(engine, path), [engine, path]);
  return null;
}
