/** The five skin tones, from light to dark; 0 stands for none. */
export const TONES = ['\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'] as const;

/** The emoji in a skin tone: after its first person, where the presentation selector stood. True of nearly all of them. */
export function toned(emoji: string, tone: number): string {
  const mark = TONES[tone - 1];
  if (mark === undefined) return emoji;
  const [first = '', ...rest] = emoji.split('\u200D');
  return [first.replace('\uFE0F', '') + mark, ...rest].join('\u200D');
}
