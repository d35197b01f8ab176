/** Hues that stay calm and tell people apart; the tints themselves are in styles.css (`avatar-tint`, `avatar-ink`). */
export const HUES = [25, 55, 85, 125, 160, 195, 230, 265, 300, 340] as const;

/** The same id has the same hue on every device. */
export function hueOf(id: string): number {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
  return HUES[(hash >>> 0) % HUES.length] ?? HUES[0];
}

/** One or two letters: first of the first and of the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0];
  if (!first) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return (head(first) + (last ? head(last) : '')).toLocaleUpperCase();
}

function head(word: string): string {
  const letters = word.replace(/^[^\p{L}\p{N}\p{Extended_Pictographic}]+/u, '') || word;
  const [segment] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(letters);
  return segment?.segment ?? '';
}
