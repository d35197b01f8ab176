import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { ATTACKS, FLOODS } from './hostile';
import { type Block, blocksOf, type Inline, loadParser } from './index';

const INLINE = new Set(['text', 'code', 'link', 'strong', 'emphasis', 'strike', 'spoiler']);
const BLOCK = new Set(['paragraph', 'heading', 'quote', 'list', 'pre']);
const HREF = /^(?:https?:\/\/[^@]+$|https?:\/\/[^/@]+\/|mailto:)/;

beforeAll(loadParser);

/** What holds of every tree, whatever was written. */
function expectSafe(blocks: readonly Block[], level = 0): void {
  expect(level).toBeLessThanOrEqual(7);
  for (const block of blocks) {
    expect(BLOCK).toContain(block.type);
    if (block.type === 'quote') expectSafe(block.children, level + 1);
    else if (block.type === 'list') for (const item of block.items) expectSafe(item, level + 1);
    else if (block.type !== 'pre') expectSafeInline(block.children, false);
  }
}

function expectSafeInline(nodes: readonly Inline[], linked: boolean): void {
  for (const node of nodes) {
    expect(INLINE).toContain(node.type);
    if (node.type === 'link') {
      expect(linked, 'a link within a link').toBe(false);
      expect(node.href).toMatch(HREF);
      expect(new URL(node.href).href).toBe(node.href);
    }
    if ('children' in node) expectSafeInline(node.children, linked || node.type === 'link');
  }
}

test.each(ATTACKS)('%j becomes nothing that runs', (text) => {
  expectSafe(blocksOf(text));
});

test('a link never leads to another scheme, wherever it hides', () => {
  for (const text of ATTACKS) {
    for (const around of [text, `> ${text}`, `- ${text}`, `**${text}**`, `||${text}||`, `[${text}](https://example.org)`]) {
      expectSafe(blocksOf(around));
    }
  }
});

test.each(Object.entries(FLOODS))('%s keep their place', (_, text) => {
  expectSafe(blocksOf(text));
});

test('letters keep the marks of every language, and no more', () => {
  const [block] = blocksOf(FLOODS['combining marks'] ?? '');
  expect(JSON.stringify(block).length).toBeLessThan(100);
  const words = 'हिन्दी עִבְרִית tiếng Việt ༼ཀྵྱྃ༽ 👩🏽‍🚀 ❤️';
  expect(blocksOf(words)).toEqual([{ type: 'paragraph', children: [{ type: 'text', text: words }] }]);
});

test('texts of syntax thrown together are safe', () => {
  const piece = fc.oneof(
    fc.constantFrom(...'*_~`[]()<>|!#\\\n\t -+1.&;:@"\u202E'),
    fc.constantFrom(
      '**',
      '||',
      '~~',
      '```',
      '](',
      '> ',
      '- ',
      '1. ',
      'https://a.b',
      'javascript:',
      'data:',
      'www.x.y',
      '<b>',
      '&#106;',
    ),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => expectSafe(blocksOf(pieces.join('')))),
    { numRuns: 400 },
  );
});
