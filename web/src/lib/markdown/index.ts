/**
 * Text as people write it, to the tree that is drawn. The parser is a chunk of its own: until it is here, and for what
 * costs too much, a text is its own words with the links in them.
 */
import { linked } from './links';
import type { Block } from './tree';

export { splitNames } from './names';
export { type Block, type Inline, wordsOf } from './tree';
export { plainWords } from './words';

type Parse = (text: string) => Block[] | undefined;

/** Anything that could be syntax. Most messages have none of it and never meet the parser. */
const SYNTAX = /[*_~`\\[]|\|\||^[ \t]*(?:>|(?:[-+]|#{1,6}|\d{1,9}[.)])[ \t])/m;
/** More marks than any language or emoji puts on one letter: they only pile up over the lines around. */
const PILE = /(\p{M}{8})\p{M}+/gu;
const KEPT = 500;

let parser: Parse | undefined;
let asked: Promise<void> | undefined;
const listeners = new Set<() => void>();
/** Latest used last. */
const cache = new Map<string, Block[]>();

/** Fetches the parser once; a failed try (offline before the first load) is tried again by the next who asks. */
export function loadParser(): Promise<void> {
  asked ??= import('./parse').then(
    (module) => {
      parser = module.parse;
      cache.clear();
      for (const listener of listeners) listener();
    },
    () => {
      asked = undefined;
    },
  );
  return asked;
}

const SOON_MS = 1_500;
let planned = false;

/** Fetches it a moment after the first screen stands, so that it is here before somebody needs it. */
export function loadParserSoon(): void {
  if (planned) return;
  planned = true;
  setTimeout(() => void loadParser(), SOON_MS);
}

/** For useSyncExternalStore: tells when the parser has come. */
export const parserReadiness = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: () => parser !== undefined,
};

export function isPlain(text: string): boolean {
  return !SYNTAX.test(text);
}

/** The same array for the same text for as long as it is remembered. */
export function blocksOf(text: string): Block[] {
  const known = cache.get(text);
  if (known) {
    cache.delete(text);
    cache.set(text, known);
    return known;
  }
  const calm = text.replace(PILE, '$1');
  const made = (isPlain(calm) ? undefined : parser?.(calm)) ?? [{ type: 'paragraph', children: linked(calm) }];
  cache.set(text, made);
  const oldest = cache.keys().next();
  if (cache.size > KEPT && !oldest.done) cache.delete(oldest.value);
  return made;
}
