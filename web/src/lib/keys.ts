import { t } from '@lingui/core/macro';
import { useEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { recall, remember } from './device-store';

/** Every shortcut of the client, by name. `$mod` is ⌘ on Apple's systems and Ctrl elsewhere. */
export const SHORTCUTS = {
  switcher: '$mod+KeyK',
  new_chat: 'Alt+KeyN',
  next_conversation: 'Alt+ArrowDown',
  previous_conversation: 'Alt+ArrowUp',
  next_unread: 'Alt+Shift+ArrowDown',
  previous_unread: 'Alt+Shift+ArrowUp',
  help: 'Control+Slash',
} as const;

export type Shortcut = keyof typeof SHORTCUTS;

export function shortcutsOn(): boolean {
  return recall('shortcuts') !== 'off';
}

export function setShortcutsOn(on: boolean): void {
  remember('shortcuts', on ? undefined : 'off');
}

/** Binds shortcuts for as long as the component is mounted; the newest handlers are called. */
export function useShortcuts(handlers: Partial<Record<Shortcut, () => void>>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const map: Record<string, (event: KeyboardEvent) => void> = {};
    for (const [name, keys] of Object.entries(SHORTCUTS) as [Shortcut, string][]) {
      map[keys] = (event) => {
        const handler = latest.current[name];
        if (!handler || event.isComposing || !shortcutsOn()) return;
        event.preventDefault();
        handler();
      };
    }
    return tinykeys(window, map);
  }, []);
}

const APPLE = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** As they stand on the keys. */
function names(): Record<string, string> {
  return {
    $mod: APPLE ? '⌘' : t`Ctrl`,
    Control: t`Ctrl`,
    Alt: APPLE ? '⌥' : 'Alt',
    Shift: APPLE ? '⇧' : t`Shift`,
    ArrowUp: '↑',
    ArrowDown: '↓',
    Slash: '/',
  };
}

/** The caps to show: `['Ctrl', 'K']`. */
export function keyCaps(shortcut: Shortcut): string[] {
  const known = names();
  return SHORTCUTS[shortcut].split('+').map((part) => known[part] ?? part.replace(/^Key/, ''));
}
