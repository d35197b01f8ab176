/**
 * One polite live region for the whole client. Announcements made close together are joined, so a burst of messages
 * does not keep a screen reader talking.
 */
const JOIN_MS = 300;
const CLEAR_MS = 8_000;

let region: HTMLElement | undefined;
let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function place(): HTMLElement {
  if (region?.isConnected) return region;
  region = document.createElement('div');
  region.setAttribute('role', 'status');
  region.setAttribute('aria-live', 'polite');
  region.className = 'sr-only';
  document.body.append(region);
  return region;
}

export function announce(text: string): void {
  const target = place();
  waiting.push(text);
  clearTimeout(timer);
  timer = setTimeout(() => {
    target.textContent = waiting.join('. ');
    waiting = [];
    timer = setTimeout(() => {
      target.textContent = '';
    }, CLEAR_MS);
  }, JOIN_MS);
}
