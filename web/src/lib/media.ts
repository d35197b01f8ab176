import { useSyncExternalStore } from 'react';

/** Must agree with the `phone` and `wide` variants in styles.css. */
const QUERIES = {
  phone: '(width <= 600px)',
  wide: '(width >= 1080px)',
  touch: '(pointer: coarse)',
  dark: '(prefers-color-scheme: dark)',
} as const;

/** Each is asked for at every render of those who use it, and making one is dear. */
const made = new Map<string, MediaQueryList>();

function mediaOf(name: keyof typeof QUERIES): MediaQueryList {
  const media = made.get(name) ?? window.matchMedia(QUERIES[name]);
  made.set(name, media);
  return media;
}

export function useMedia(name: keyof typeof QUERIES): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = mediaOf(name);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => mediaOf(name).matches,
  );
}
