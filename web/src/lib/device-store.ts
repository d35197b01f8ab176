/** Small choices of this device, needed before anybody is signed in. Storage may be blocked: then they last for the page. */
const PREFIX = 'parlor.';
const fallback = new Map<string, string>();

type Key = 'theme' | 'locale' | 'shortcuts' | 'visits' | 'recent_emoji' | 'skin_tone' | 'notifications_card';

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

/** What says something about the person, not about the device: it goes when they sign out. */
export function forgetOwn(): void {
  remember('visits', undefined);
  remember('recent_emoji', undefined);
  remember('skin_tone', undefined);
}
