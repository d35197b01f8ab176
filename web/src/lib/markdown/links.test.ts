import { expect, test } from 'vitest';
import { linked } from './links';
import { wordsOf } from './tree';

const links = (text: string) => linked(text).flatMap((part) => (part.type === 'link' ? [[wordsOf([part]), part.href]] : []));

test.each([
  ['see https://parlor.chat/a?b=1#c.', 'https://parlor.chat/a?b=1#c'],
  ['(https://en.wikipedia.org/wiki/Rust_(language))', 'https://en.wikipedia.org/wiki/Rust_(language)'],
  ['“http://localhost:8080/x”!', 'http://localhost:8080/x'],
  ['www.example.org, please', 'www.example.org'],
  ['HTTPS://EXAMPLE.ORG/A', 'HTTPS://EXAMPLE.ORG/A'],
  ['mail ann.b+c@example.org.', 'ann.b+c@example.org'],
  ['mailto:ann@example.org', 'mailto:ann@example.org'],
  ['https://пример.рф/путь', 'https://пример.рф/путь'],
])('%s has one link', (text, link) => {
  expect(links(text).map(([shown]) => shown)).toEqual([link]);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'https://',
  'a@b',
  'xhttps://example.org',
  'https://bank.example@evil.example/login',
])('%s has none', (text) => {
  expect(links(text)).toEqual([]);
});

test('an address never leaves the three schemes, and no letter of the text is lost', () => {
  const text = 'a https://x.org b javascript:alert(1) c me@x.org d www.y.org/javascript:1 e';
  for (const [, href] of links(text)) expect(href).toMatch(/^(https?:|mailto:)/);
  expect(wordsOf(linked(text))).toBe(text);
});

test('a wall of text without links costs nothing to speak of', () => {
  const started = performance.now();
  linked('a.b-c+'.repeat(3_000));
  linked('www.'.repeat(4_000));
  linked(`https://x.org/${'('.repeat(8_000)}`);
  expect(performance.now() - started).toBeLessThan(500);
});
