import { expect, test } from 'vitest';
import { isLoneEmoji } from './lone';

test.each(['🎉', '👍🏽', '❤️', '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪', '1️⃣', ' 🙂\n🙃 '])('%s is shown large', (text) => {
  expect(isLoneEmoji(text)).toBe(true);
});

test.each(['', ' ', '1', '#', '©', 'a🎉', '🎉🎉🎉🎉', '🎉!', ':tada:', '🎉'.repeat(9_000)])('%s is not', (text) => {
  expect(isLoneEmoji(text)).toBe(false);
});
