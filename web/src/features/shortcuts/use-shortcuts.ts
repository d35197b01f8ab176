import { useEffect, useRef } from 'react';
import { useEngine } from '@/features/session';
import { useSlots } from '@/features/slots';
import { pressed, shortcutOn } from '@/lib/keys';

/** Listens for the keys that features have declared to work anywhere. `open` is the conversation on screen. */
export function useShortcuts(open: string | undefined): void {
  const engine = useEngine();
  const { shortcuts } = useSlots();
  const latest = useRef({ engine, open });
  useEffect(() => {
    latest.current = { engine, open };
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented || !shortcutOn()) return;
      const meant = shortcuts.find(
        ({ id, keys, where }) => (where ?? 'anywhere') === 'anywhere' && pressed(event, keys) && shortcutOn(id),
      );
      if (meant && meant.run(latest.current) !== false) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [shortcuts]);
}
