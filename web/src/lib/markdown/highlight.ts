/** Code in colours: twelve languages and what they are also called. A chunk of its own, fetched with the first code that names one. */
import type { RootContent } from 'hast';
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

const lowlight = createLowlight({ bash, cpp, css, go, java, json, python, rust, sql, typescript, xml, yaml });
lowlight.registerAlias({
  bash: ['shell', 'console'],
  cpp: ['c', 'h'],
  java: ['kotlin', 'kt'],
  // A superset: JavaScript needs no grammar of its own.
  typescript: ['javascript', 'js', 'jsx', 'mjs', 'cjs', 'tsx'],
  css: ['scss'],
});

/** More is shown without colours: the time grows with it. */
const MOST_CHARS = 6_000;
/**
 * Words, space and stars without any other sign between: from each of their letters grammars look as far as they go for the
 * beginning of a function, so the time grows with the square. No code is like that.
 */
const MOST_RUN = 1_000;

export type Colour = 'keyword' | 'string' | 'number' | 'comment' | 'name';

/** A piece of code in one colour. */
export interface Piece {
  text: string;
  colour?: Colour;
}

const COLOURS: Record<string, Colour> = {
  keyword: 'keyword',
  type: 'keyword',
  built_in: 'keyword',
  tag: 'keyword',
  name: 'keyword',
  'selector-tag': 'keyword',
  string: 'string',
  regexp: 'string',
  char: 'string',
  addition: 'string',
  number: 'number',
  literal: 'number',
  symbol: 'number',
  variable: 'number',
  comment: 'comment',
  quote: 'comment',
  meta: 'comment',
  doctag: 'comment',
  title: 'name',
  attr: 'name',
  attribute: 'name',
  property: 'name',
  section: 'name',
  'selector-class': 'name',
  'selector-id': 'name',
};

/** Undefined: a language we do not have, or too much of it. */
export function highlight(code: string, language: string): Piece[] | undefined {
  if (code.length > MOST_CHARS || code.split(/[^\w\s*&]+/).some((run) => run.length > MOST_RUN)) return undefined;
  if (!lowlight.registered(language)) return undefined;
  const pieces: Piece[] = [];
  collect(lowlight.highlight(language, code).children, undefined, pieces);
  return pieces;
}

function collect(nodes: readonly RootContent[], colour: Colour | undefined, pieces: Piece[]): void {
  for (const node of nodes) {
    if (node.type === 'text') pieces.push({ text: node.value, ...(colour && { colour }) });
    else if (node.type === 'element') collect(node.children, colourOf(node.properties.className) ?? colour, pieces);
  }
}

function colourOf(classes: unknown): Colour | undefined {
  const first: unknown = Array.isArray(classes) ? classes[0] : undefined;
  return typeof first === 'string' ? COLOURS[first.replace('hljs-', '')] : undefined;
}
