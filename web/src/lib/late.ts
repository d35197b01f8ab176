import { useEffect, useReducer } from 'react';

/** Timers of browsers reach no further. */
const LONGEST_MS = 2 ** 31 - 1;

/** True once the clock has passed `at`; never without one. */
export function useLate(at: number | undefined): boolean {
  const [turn, again] = useReducer((turns: number) => turns + 1, 0);
  const late = at !== undefined && Date.now() >= at;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a time far away takes several turns
  useEffect(() => {
    if (at === undefined || late) return undefined;
    const timer = setTimeout(again, Math.min(Math.max(0, at - Date.now()), LONGEST_MS));
    return () => clearTimeout(timer);
  }, [at, late, turn]);
  return late;
}
