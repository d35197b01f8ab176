import { expect, test } from 'vitest';
import { parse } from './parse';
import type { Block, Inline } from './tree';
import { plainWords } from './words';

/** The tree in a short notation: p(…) for a paragraph, b() i() s() hidden() code() a(href: …), quote, list, pre. */
function inline(node: Inline): string {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'code':
      return `code(${node.text})`;
    case 'link':
      return `a(${node.href}: ${node.children.map(inline).join('')})`;
    default:
      return `${{ strong: 'b', emphasis: 'i', strike: 's', spoiler: 'hidden' }[node.type]}(${node.children.map(inline).join('')})`;
  }
}

function shown(node: Block): string {
  switch (node.type) {
    case 'pre':
      return `pre[${node.language ?? ''}](${node.text})`;
    case 'quote':
      return `quote(${node.children.map(shown).join(' ')})`;
    case 'list':
      return `list${node.start ?? ''}(${node.items.map((item) => item.map(shown).join(' ')).join(' | ')})`;
    default:
      return `${node.type === 'heading' ? 'h' : 'p'}(${node.children.map(inline).join('')})`;
  }
}

const look = (text: string) => parse(text)?.map(shown).join('\n');

test.each([
  ['**bold** and *italic* and _italic_', 'p(b(bold) and i(italic) and i(italic))'],
  ['~~gone~~ but ~5 to ~6', 'p(s(gone) but ~5 to ~6)'],
  ['`a *b*`', 'p(code(a *b*))'],
  ['snake_case_name', 'p(snake_case_name)'],
  ['one  \ntwo\n  three', 'p(one\ntwo\n  three)'],
  ['# Title\ntext', 'h(Title)\np(text)'],
  ['#general', 'p(#general)'],
  ['- milk\n- eggs\nThanks!', 'list(p(milk) | p(eggs))\np(Thanks!)'],
  ['7. a\n8. b', 'list7(p(a) | p(b))'],
  ['- a\n  - b', 'list(p(a) list(p(b)))'],
  ['> said\n> so\nyes', 'quote(p(said\nso))\np(yes)'],
  ['> a\n2. b', 'quote(p(a))\nlist2(p(b))'],
  ['```rust\nfn main() {}\n  > x\ny\n```\nend', 'pre[rust](fn main() {}\n  > x\ny)\np(end)'],
  ['```\nnever closed', 'pre[](never closed)'],
  ['    four spaces', 'p(four spaces)'],
  ['a\n---\nb', 'p(a)\np(---)\np(b)'],
])('%j reads as Markdown', (text, tree) => {
  expect(look(text)).toBe(tree);
});

test.each(['-', '+', '1.', '#', '>', '***', '* * *', '[x]: https://example.org', '&lt;b&gt;', '<b>x</b>'])(
  '%j is shown as it was written',
  (text) => {
    expect(look(text)).toBe(`p(${text.replace(/https:\S+/, 'a(https://example.org/: https://example.org)')})`);
  },
);

test.each([
  ['see https://example.org/a_b_c_d.', 'p(see a(https://example.org/a_b_c_d: https://example.org/a_b_c_d).)'],
  ['**https://example.org**', 'p(b(a(https://example.org/: https://example.org)))'],
  ['[words](https://example.org/x)', 'p(a(https://example.org/x: words))'],
  ['[*words*](https://example.org "title")', 'p(a(https://example.org/: i(words)))'],
  ['[https://bank.example](https://evil.example/)', 'p(a(https://evil.example/: https://evil.example/))'],
  ['[ann@x.org](mailto:eve@x.org)', 'p(a(mailto:eve@x.org: mailto:eve@x.org))'],
  ['![cat](https://example.org/cat.png)', 'p(!a(https://example.org/cat.png: cat))'],
  ['[x](javascript:alert)', 'p([x](javascript:alert))'],
  ['[](https://example.org)', 'p([](a(https://example.org/: https://example.org)))'],
])('%j has these links', (text, tree) => {
  expect(look(text)).toBe(tree);
});

test.each([
  ['||secret||', 'p(hidden(secret))'],
  ['a ||b **c** d|| e', 'p(a hidden(b b(c) d) e)'],
  ['||**b**||', 'p(hidden(b(b)))'],
  ['**||b||**', 'p(b(hidden(b)))'],
  ['||https://example.org|| x', 'p(hidden(a(https://example.org/: https://example.org)) x)'],
  ['||a|| and ||b||', 'p(hidden(a) and hidden(b))'],
  ['a || b || c', 'p(a || b || c)'],
  ['if (a||b)', 'p(if (a||b))'],
  ['||||', 'p(||||)'],
  ['`||a||`', 'p(code(||a||))'],
  ['x ||y ||z||', 'p(x ||y hidden(z))'],
])('%j hides only what was meant', (text, tree) => {
  expect(look(text)).toBe(tree);
});

test.each([
  ['it was ||the butler|| ||who|| did it', 'it was ▒▒▒ ▒▒▒ did it'],
  ['a || b || c', 'a || b || c'],
  ['||never closed', '||never closed'],
  ['**bold**, ~~gone~~ and `code`', 'bold, gone and code'],
  ['see [#Lunch \\[x\\]](https://parlor.example/c/1)!', 'see #Lunch [x]!'],
  ['2 ** 3 and snake__case', '2 ** 3 and snake__case'],
])('%j in plain words hides what it hides', (text, told) => {
  expect(plainWords(text)).toBe(told);
});
