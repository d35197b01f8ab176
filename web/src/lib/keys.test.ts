// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { beforeEach, expect, it } from 'vitest';
import { keyCaps, pressed, setShortcutOn, shortcutOn } from './keys';

beforeEach(() => {
  localStorage.clear();
  i18n.loadAndActivate({ locale: 'en', messages: {} });
});

const press = (key: string, init: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...init });

it.each([
  ['$mod+KeyK', press('k', { code: 'KeyK', ctrlKey: true }), true],
  ['$mod+KeyK', press('K', { code: 'KeyK', ctrlKey: true, shiftKey: true }), false],
  ['$mod+KeyK', press('k', { code: 'KeyK' }), false],
  ['KeyE', press('e', { code: 'KeyD' }), true],
  ['KeyE', press('d', { code: 'KeyE' }), false],
  ['KeyE', press('у', { code: 'KeyE' }), true],
  ['KeyE', press('e', { code: 'KeyE', ctrlKey: true }), false],
  ['Alt+Shift+ArrowUp', press('ArrowUp', { altKey: true, shiftKey: true }), true],
  ['Alt+ArrowUp', press('ArrowUp', { altKey: true, shiftKey: true }), false],
  ['Alt+KeyN', press('˜', { code: 'KeyN', altKey: true }), true],
  ['+', press('+', { shiftKey: true }), true],
  ['+', press('=', { code: 'Equal' }), false],
  ['Control+Slash', press('/', { code: 'Slash', ctrlKey: true }), true],
])('%s and a press', (keys, event, meant) => {
  expect(pressed(event, keys)).toBe(meant);
});

it('tells what stands on the keys', () => {
  expect(keyCaps('$mod+KeyK')).toEqual(['Ctrl', 'K']);
  expect(keyCaps('Alt+Shift+ArrowUp')).toEqual(['Alt', 'Shift', '↑']);
  expect(keyCaps('+')).toEqual(['+']);
});

it('is switched off one by one, or as a whole', () => {
  setShortcutOn(false, 'switcher');
  expect([shortcutOn('switcher'), shortcutOn('help'), shortcutOn()]).toEqual([false, true, true]);
  setShortcutOn(false);
  expect([shortcutOn('help'), shortcutOn()]).toEqual([false, false]);
  setShortcutOn(true);
  setShortcutOn(true, 'switcher');
  expect(shortcutOn('switcher')).toBe(true);
});
