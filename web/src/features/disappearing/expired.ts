import type { Message, Readable } from '@/engine';
import { cell } from '@/lib/cell';

/** The last time at which something on screen disappeared. */
const passed = cell(0);

/** The clock has passed the end of a message. The server deletes it too; this device does not wait for that. */
export function disappear(): void {
  passed.set(Date.now());
}

export function hidesExpired(): Readable<(message: Message) => boolean> {
  let at = Number.NaN;
  let hides = (_: Message) => false;
  return {
    subscribe: (listener) => passed.subscribe(listener),
    get: () => {
      if (passed.get() !== at) {
        at = passed.get();
        const now = Date.now();
        hides = ({ expires_at }) => expires_at != null && expires_at <= now;
      }
      return hides;
    },
  };
}
