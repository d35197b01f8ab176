import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { TONES, toned } from '../src/lib/emoji/tones.ts';

interface Listed {
  emoji: string;
  label: string;
  hexcode: string;
  group?: number;
  order: number;
  version: number;
  tags?: string[];
  skins?: { emoji: string; tone: number | number[] }[];
}
interface Messages {
  groups: { key: string; message: string; order: number }[];
}
type Shortcodes = Record<string, string | string[]>;

/** Where the build names what it is made of. */
export const LICENCES = 'licences.txt';
const PREFIX = 'virtual:emoji/';
/** What devices of the last years draw; a newer one would be an empty box for many. */
const NEWEST = 15;
const require = createRequire(import.meta.url);
const read = <T>(path: string): T => JSON.parse(readFileSync(require.resolve(`emojibase-data/${path}.json`), 'utf8'));

/**
 * `virtual:emoji/de`: all emoji with their names and words in a language and the shortcodes people know from elsewhere,
 * from emojibase-data (MIT) and so from Unicode CLDR. One line each, a third of the size of its JSON; read by lib/emoji.
 */
export function emojiData(): Plugin {
  return {
    name: 'parlor:emoji-data',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    load: (id) =>
      id.startsWith(`\0${PREFIX}`) ? `export default ${JSON.stringify(listOf(id.slice(PREFIX.length + 1)))};` : null,
    // Read as data, so the bundler does not know that it is part of what is shipped.
    writeBundle: ({ dir }) => {
      const licence = readFileSync(join(dirname(require.resolve('emojibase-data/package.json')), 'LICENSE'), 'utf8');
      if (dir !== undefined) appendFileSync(join(dir, LICENCES), `\n## emojibase-data (MIT)\n\n${licence}`);
    },
  };
}

export function listOf(locale: string): string {
  const listed = read<Listed[]>(`${locale}/data`);
  const codes = ['github', 'iamcal'].map((set) => read<Shortcodes>(`en/shortcodes/${set}`));
  const groups = read<Messages>(`${locale}/messages`).groups.filter(({ key }) => key !== 'component');
  const lines: string[] = [];
  for (const { message, order } of groups) {
    lines.push(`\t${message}`);
    const members = listed.filter(({ group, version }) => group === order && version <= NEWEST);
    for (const one of members.sort((a, b) => a.order - b.order)) lines.push(lineOf(one, codes));
  }
  return lines.join('\n');
}

/** As keyboards write it (UTS #51, fully qualified): 👍 needs no presentation selector, ❤️ does. One spelling, so that equals are equal. */
function qualified(emoji: string): string {
  const short = emoji.replaceAll('\uFE0F', '');
  return /^\p{RGI_Emoji}$/v.test(short) ? short : emoji;
}

/** emoji, name, words that are not in the name, shortcodes, skin tones: `*` when they follow the rule, else listed. */
function lineOf({ emoji: spelt, label, hexcode, tags = [], skins = [] }: Listed, sets: readonly Shortcodes[]): string {
  const emoji = qualified(spelt);
  const said = new Set(label.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const words = tags.filter((tag) => !said.has(tag.toLowerCase()));
  const codes = [...new Set(sets.flatMap((set) => set[hexcode] ?? []))];
  const tones = TONES.map((_, i) => skins.find(({ tone }) => tone === i + 1)?.emoji);
  const all = tones.filter((tone) => tone !== undefined);
  const rule = all.every((tone, i) => tone === toned(emoji, i + 1));
  return [emoji, label, words.join(','), codes.join(','), all.length < TONES.length ? '' : rule ? '*' : all.join(',')].join('\t');
}
