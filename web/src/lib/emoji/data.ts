/** All emoji of a language, made at build time (build/emoji-data.ts) and served by us; a chunk of its own per language. */
import { TONES, toned } from './tones';

export interface Emoji {
  emoji: string;
  label: string;
  /** More words to be found by. */
  tags: readonly string[];
  /** `tada` for `:tada:`; the same in every language. */
  codes: readonly string[];
  group: number;
  /** In the five skin tones, light to dark. */
  tones?: readonly string[];
}

export interface EmojiSet {
  groups: readonly string[];
  all: readonly Emoji[];
  byCode: ReadonlyMap<string, Emoji>;
}

const SOURCES: Record<string, () => Promise<{ default: string }>> = {
  en: () => import('virtual:emoji/en'),
  de: () => import('virtual:emoji/de'),
};
const asked = new Map<string, Promise<EmojiSet>>();
const loaded = new Map<string, EmojiSet>();

const known = (locale: string) => (locale in SOURCES ? locale : 'en');

/** A failed fetch is tried again by the next who asks. */
export function loadEmoji(locale: string): Promise<EmojiSet> {
  const name = known(locale);
  const promise =
    asked.get(name) ??
    (SOURCES[name]?.() ?? Promise.reject(new Error(name))).then((module) => {
      const set = parse(module.default);
      loaded.set(name, set);
      return set;
    });
  asked.set(name, promise);
  promise.catch(() => asked.delete(name));
  return promise;
}

/** What has been loaded already. */
export function loadedEmoji(locale: string): EmojiSet | undefined {
  return loaded.get(known(locale));
}

function parse(text: string): EmojiSet {
  const groups: string[] = [];
  const all: Emoji[] = [];
  const byCode = new Map<string, Emoji>();
  const list = (field: string | undefined) => (field ? field.split(',') : []);
  for (const line of text.split('\n')) {
    const [emoji = '', label = '', tags, codes, tones] = line.split('\t');
    if (emoji === '') {
      groups.push(label);
      continue;
    }
    const one: Emoji = { emoji, label, tags: list(tags), codes: list(codes), group: groups.length - 1 };
    if (tones) one.tones = tones === '*' ? TONES.map((_, i) => toned(emoji, i + 1)) : list(tones);
    all.push(one);
    for (const code of one.codes) if (!byCode.has(code)) byCode.set(code, one);
  }
  return { groups, all, byCode };
}

/** The best first: a shortcode that is the query, begins with it, has a word that does; then names and words. */
export function findEmoji(set: EmojiSet, query: string, limit: number): Emoji[] {
  const asked = query.toLowerCase();
  if (asked === '') return [];
  return set.all
    .map((one, at) => ({ one, at, score: score(one, asked) }))
    .filter((found) => found.score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, limit)
    .map((found) => found.one);
}

function score({ codes, label, tags }: Emoji, asked: string): number {
  if (codes.includes(asked)) return 6;
  if (codes.some((code) => code.startsWith(asked))) return 5;
  const name = label.toLowerCase();
  if (name.startsWith(asked)) return 4;
  if (codes.some((code) => code.includes(`_${asked}`)) || name.includes(` ${asked}`)) return 3;
  return tags.some((tag) => tag.startsWith(asked)) ? 2 : 0;
}
