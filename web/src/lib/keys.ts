/** Keys as they are pressed, told and switched off. Which there are is for the features to say. */
import { t } from '@lingui/core/macro';
import { recall, remember } from './device-store';

const ALL = 'off';

/** Ids of the shortcuts that are switched off on this device; `off` means all of them. */
function switchedOff(): Set<string> {
  return new Set((recall('shortcuts') ?? '').split(' ').filter(Boolean));
}

export function shortcutOn(id?: string): boolean {
  const off = switchedOff();
  return !off.has(ALL) && (id === undefined || !off.has(id));
}

/** Without an id: all of them at once. */
export function setShortcutOn(on: boolean, id: string = ALL): void {
  const off = switchedOff();
  if (on) off.delete(id);
  else off.add(id);
  remember('shortcuts', off.size === 0 ? undefined : [...off].join(' '));
}

const APPLE = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** `['Alt', 'ArrowUp']`; a lone `+` is the key itself. */
function parts(keys: string): string[] {
  return keys.match(/[^+]+|\+$/g) ?? [];
}

/**
 * Is this the press that `keys` describe? Letters go by what is written on the key, or by its place where the keyboard
 * writes another alphabet; signs by what they write, however they are reached.
 */
export function pressed(event: KeyboardEvent, keys: string): boolean {
  const mods = parts(keys);
  const key = mods.pop() ?? '';
  const wanted = (name: string) => mods.includes(name) || (mods.includes('$mod') && name === (APPLE ? 'Meta' : 'Control'));
  if (key.length === 1 && event.key === key && event.getModifierState('AltGraph')) return true;
  if (event.ctrlKey !== wanted('Control') || event.metaKey !== wanted('Meta') || event.altKey !== wanted('Alt')) return false;
  if (key.length === 1) return event.key === key;
  if (event.shiftKey !== wanted('Shift')) return false;
  const letter = /^Key([A-Z])$/.exec(key)?.[1];
  if (letter && /^[a-z]$/i.test(event.key)) return event.key.toUpperCase() === letter;
  return event.key === key || event.code === key;
}

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
    Delete: t`Del`,
    Escape: 'Esc',
  };
}

/** The caps to show: `['Ctrl', 'K']`. */
export function keyCaps(keys: string): string[] {
  const known = names();
  return parts(keys).map((part) => known[part] ?? part.replace(/^Key/, ''));
}
