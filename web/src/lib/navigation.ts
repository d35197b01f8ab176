import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { navigate as go } from 'wouter/use-browser-location';
import { type Place, parentOf, placeOf } from './paths';

/** Marks history entries made by us, so that Back never leaves the application by surprise. */
interface OurState {
  parlor: true;
}

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const ours = options.replace ? window.history.state : ({ parlor: true } satisfies OurState);
  go(to, { replace: options.replace ?? false, state: ours });
}

/** One step back, or up to the parent screen when the history before this entry is not ours. */
export function back(place: Place): void {
  const state: unknown = window.history.state;
  if (typeof state === 'object' && state !== null && 'parlor' in state) window.history.back();
  else navigate(parentOf(place), { replace: true });
}

export function usePlace(): Place {
  const [path] = useLocation();
  const search = useSearch();
  return useMemo(() => placeOf(path, search), [path, search]);
}
