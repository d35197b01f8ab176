import { expect, test } from 'vitest';
import { findEmoji, loadEmoji, loadedEmoji } from './data';

test('every language has all emoji, with the shortcodes people know', async () => {
  for (const locale of ['en', 'de']) {
    const set = await loadEmoji(locale);
    expect(loadedEmoji(locale)).toBe(set);
    expect(set.all.length).toBeGreaterThan(1_800);
    expect(set.groups).toHaveLength(9);
    for (const [code, emoji] of [
      ['tada', '🎉'],
      ['+1', '👍'],
      ['smile', '😄'],
      ['heart', '❤️'],
    ] as const) {
      expect(set.byCode.get(code)?.emoji).toBe(emoji);
    }
  }
  expect(await loadEmoji('xx')).toBe(await loadEmoji('en'));
});

test('skin tones are right for one person and for two', async () => {
  const { byCode } = await loadEmoji('en');
  expect(byCode.get('wave')?.tones?.[2]).toBe('👋🏽');
  expect(byCode.get('astronaut')?.tones?.[0]).toBe('🧑🏻‍🚀');
  expect(byCode.get('people_holding_hands')?.tones?.[4]).toBe('🧑🏿‍🤝‍🧑🏿');
  expect(byCode.get('v')?.tones?.[1]).toBe('✌🏼');
  expect(byCode.get('tada')?.tones).toBeUndefined();
});

test('the best match comes first, by shortcode, then by the words of the language', async () => {
  const [en, de] = [await loadEmoji('en'), await loadEmoji('de')];
  expect(findEmoji(en, 'tad', 5)[0]?.emoji).toBe('🎉');
  expect(findEmoji(en, 'rocket', 5)[0]?.emoji).toBe('🚀');
  expect(findEmoji(de, 'rakete', 5)[0]?.emoji).toBe('🚀');
  expect(findEmoji(en, 'zzzzz', 5)).toEqual([]);
  expect(findEmoji(en, '', 5)).toEqual([]);
});
