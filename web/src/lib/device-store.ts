/** Small choices of this device, needed before anybody is signed in. Storage may be blocked: then they last for the page. */
const PREFIX = 'parlor.';
const fallback = new Map<string, string>();

type Key = 'theme' | 'locale' | 'shortcuts' | 'visits';

export function remember(key: Key, value: string | undefined): void {
  if (value === undefined) fallback.delete(key);
  else fallback.set(key, value);
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Kept in memory above.
  }
}

export function recall(key: Key): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? fallback.get(key);
  } catch {
    return fallback.get(key);
  }
}
