import { useSyncExternalStore } from 'react';

/** Must agree with the `phone` and `wide` variants in styles.css. */
const QUERIES = {
  phone: '(width <= 600px)',
  wide: '(width >= 1080px)',
  touch: '(pointer: coarse)',
  dark: '(prefers-color-scheme: dark)',
} as const;

export function useMedia(name: keyof typeof QUERIES): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(QUERIES[name]);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(QUERIES[name]).matches,
  );
}
