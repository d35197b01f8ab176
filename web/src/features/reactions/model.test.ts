import { i18n } from '@lingui/core';
import { beforeEach, expect, it, vi } from 'vitest';
import { fakeEngine } from '@/testing/fake-engine';
import { namesOf, quickEmoji, toggleReaction } from './model';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages: {} }));

it('offers six: the latest ones first, each once', () => {
  expect(quickEmoji([])).toEqual(['👍', '❤️', '😂', '😮', '😢', '🙏']);
  expect(quickEmoji(['🎉', '👍'])).toEqual(['🎉', '👍', '❤️', '😂', '😮', '😢']);
  expect(quickEmoji(['1', '2', '3', '4', '5', '6', '7'])).toEqual(['1', '2', '3', '4', '5', '6']);
});

it('puts an emoji on a message, and takes the own one off', () => {
  const react = vi.fn(async () => undefined);
  const engine = fakeEngine({ react });
  const message = { conversation: '10', seq: 3, client_id: 'c', sender: '2', text: 'hi', at: 0 };
  toggleReaction(engine, { ...message, reactions: [{ emoji: '👍', count: 1, mine: false }] }, '👍');
  toggleReaction(engine, { ...message, reactions: [{ emoji: '👍', count: 2, mine: true }] }, '👍');
  expect(react.mock.calls).toEqual([
    ['10', 3, '👍', true],
    ['10', 3, '👍', false],
  ]);
});

it('names the first of those who reacted, and counts the others', () => {
  expect(namesOf(['You', 'Bob'], 2)).toBe('You, Bob');
  expect(namesOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'], 12)).toContain('a, b, c, d, e, f, g, h');
});
