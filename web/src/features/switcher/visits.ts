/** Which conversations one goes to often and lately, on this device: what the switcher puts first. */
import { recall, remember } from '@/lib/device-store';

/** A visit counts half after this long. */
const HALF_LIFE_MS = 7 * 86_400_000;
const MOST_KEPT = 200;

type Visits = Record<string, [weight: number, at: number]>;

function read(): Visits {
  try {
    return JSON.parse(recall('visits') ?? '{}') as Visits;
  } catch {
    return {};
  }
}

function weightOf(visit: Visits[string] | undefined, now: number): number {
  return visit ? visit[0] * 0.5 ** ((now - visit[1]) / HALF_LIFE_MS) : 0;
}

export function visited(conversation: string, now = Date.now()): void {
  const visits = read();
  visits[conversation] = [weightOf(visits[conversation], now) + 1, now];
  const kept = Object.entries(visits)
    .sort(([, a], [, b]) => weightOf(b, now) - weightOf(a, now))
    .slice(0, MOST_KEPT);
  remember('visits', JSON.stringify(Object.fromEntries(kept)));
}

/** How much each conversation is gone to; 0 for those one never opened. */
export function frecency(now = Date.now()): (conversation: string) => number {
  const visits = read();
  return (conversation) => weightOf(visits[conversation], now);
}
