import { describe, expect, it, test } from 'vitest';
import { loadEmoji } from '@/lib/emoji';
import { conversationOf } from '@/testing/fake-engine';
import { askedAt, shortcodeAt } from './asked';
import { inCode } from './code';
import { completed, type Known, type Suggestion, suggestions } from './complete';
import { edited } from './edit';
import { type Format, formatted } from './format';
import { mentionsOf } from './mentions';
import { pastedCode } from './paste';

const PEOPLE = [
  { id: '1', username: 'ann', name: 'Ann Ode' },
  { id: '2', username: 'bob.b', name: 'Bob' },
  { id: '3', username: 'all', name: 'Allan' },
];

describe('whom a text mentions', () => {
  test.each<[string, string[]]>([
    ['hi @ann and @Bob.B.', ['1', '2']],
    ['@ann @ann', ['1']],
    ['(@ann), **@bob.b**', ['1', '2']],
    ['@here and @all', ['here', 'all']],
    ['mail ann@ann.org, x@ann, @@ann, /@ann', []],
    ['@annabel @nobody', []],
    ['`@ann` and\n```\n@bob.b\n```', []],
    ['```\nnever closed @ann', []],
    ['~~~\n@ann\n~~~ \n@bob.b', ['2']],
    ['an odd ` and @ann', ['1']],
  ])('%j', (text, ids) => {
    expect(mentionsOf(text, PEOPLE, true)).toEqual(ids);
  });

  it('calls everybody only where one may', () => {
    expect(mentionsOf('@here @all', PEOPLE, false)).toEqual(['3']);
  });
});

test('a place within code is known, also before the code is closed', () => {
  expect(inCode('a `b', 4)).toBe(true);
  expect(inCode('a `b` c', 7)).toBe(false);
  expect(inCode('```\nx\n', 6)).toBe(true);
  expect(inCode('```\nx\n```\ny', 11)).toBe(false);
  expect(inCode('a ` b\nc', 7)).toBe(false);
});

describe('formatting', () => {
  const apply = (text: string, format: Format) => {
    const [from, to] = [text.indexOf('['), text.indexOf(']') - 1];
    const bare = text.replace(/[[\]]/g, '');
    const edit = formatted(bare, from, to, format);
    const after = edited(bare, edit);
    const [start = 0, end = 0] = edit.select ?? [];
    return `${after.slice(0, start)}[${after.slice(start, end)}]${after.slice(end)}`;
  };
  test.each<[Format, string, string]>([
    ['bold', 'a [b] c', 'a **[b]** c'],
    ['bold', 'a **[b]** c', 'a [b] c'],
    ['bold', 'a [**b**] c', 'a [b] c'],
    ['bold', 'a[ b ]c', 'a **[b]** c'],
    ['italic', '[]', '_[]_'],
    ['italic', '_[]_', '[]'],
    ['strike', '[a]', '~~[a]~~'],
    ['code', '[a]', '`[a]`'],
    ['code', 'x [a\nb] y', 'x \n```\na\nb[]\n```\n y'],
    ['code', '[a\n```\nb]', '````\na\n```\nb[]\n````'],
    ['spoiler', '[a]', '||[a]||'],
  ])('%s of %j', (format, before, after) => {
    expect(apply(before, format)).toBe(after);
  });
});

describe('pasting', () => {
  const clip = (data: Record<string, string>) => ({ types: Object.keys(data), getData: (type: string) => data[type] ?? '' });
  const code = 'if x:\r\n    *y*';
  const editor = { 'text/plain': code, 'vscode-editor-data': '{"mode":"python"}' };
  const paste = (text: string, data: Record<string, string>) => {
    const edit = pastedCode(text, text.length, text.length, clip(data));
    return edit && edited(text, edit);
  };
  it('keeps code as it is, in a block', () => {
    expect(paste('see', editor)).toBe('see\n```python\nif x:\n    *y*\n```');
    expect(paste('', { 'text/plain': code, 'text/html': '<meta charset="utf-8"><pre><code>…</code></pre>' })).toBe(
      '```\nif x:\n    *y*\n```',
    );
  });
  it('leaves everything else to the browser', () => {
    expect(paste('', { 'text/plain': code })).toBeUndefined();
    expect(paste('', { 'text/plain': 'x', 'vscode-editor-data': '{"mode":"python"}' })).toBeUndefined();
    expect(paste('', { 'text/plain': code, 'text/html': '<p>words</p><pre>x</pre>' })).toBeUndefined();
    expect(paste('```\n', editor)).toBeUndefined();
    expect(paste('', { 'text/plain': code, 'vscode-editor-data': '{"mode":"plaintext"}' })).toBeUndefined();
    expect(paste('', { 'text/plain': code, 'vscode-editor-data': 'no json' })).toBeUndefined();
  });
});

describe('completion', () => {
  test.each<[string, string | undefined]>([
    ['@', '@'],
    ['hi @an', '@an'],
    ['hi (@an', '@an'],
    ['a@an', undefined],
    ['hi @an d', undefined],
    ['#', undefined],
    ['see #lu', '#lu'],
    ['a#lu', undefined],
    [':ta', ':ta'],
    [':t', undefined],
    ['12:30', undefined],
    [':)', undefined],
    ['https://x', undefined],
    ['`@an', undefined],
    ['```\n@an', undefined],
  ])('after %j', (text, expected) => {
    const asked = askedAt(text, text.length);
    expect(asked && asked.sign + asked.query).toBe(expected);
  });

  const known: Known = {
    people: PEOPLE,
    everybody: true,
    conversations: [
      conversationOf({ id: '10', display_title: 'Lunch [x]' }),
      conversationOf({ id: '11', display_title: 'Other' }),
    ],
    emoji: undefined,
  };
  const offered = (text: string, more: Partial<Known> = {}) => {
    const asked = askedAt(text, text.length);
    return asked ? suggestions(asked, { ...known, ...more }) : [];
  };
  const pick = (text: string, more: Partial<Known> = {}, tone = 0) => {
    const asked = askedAt(text, text.length);
    const [first] = offered(text, more);
    return asked && first && edited(text, completed(text, asked, first, 'https://parlor.example', tone));
  };

  it('offers people by name and username, and everybody where one may', () => {
    expect(offered('@od').map(({ key }) => key)).toEqual(['1']);
    expect(offered('@al').map(({ kind }) => kind)).toEqual(['person', 'everybody']);
    expect(offered('@').map(({ key }) => key)).toEqual(['1', '2', '3', 'all', 'here']);
    expect(offered('@he', { everybody: false })).toEqual([]);
    expect(pick('hi @bo')).toBe('hi @bob.b ');
  });

  it('offers own conversations and puts a link that nothing in a title can break', () => {
    expect(pick('see #lu')).toBe('see [#Lunch \\[x\\]](https://parlor.example/c/10) ');
  });

  it('offers emoji in one’s skin tone', async () => {
    const emoji = await loadEmoji('en');
    expect(offered(':tad', { emoji }).map((one: Suggestion) => one.key)).toContain('🎉');
    expect(pick('a :wav', { emoji }, 3)).toBe('a 👋🏽 ');
  });

  it('puts one space, whether there was one or not', () => {
    const asked = askedAt('@an !', 3);
    const [first] = suggestions(asked as never, known);
    expect(asked && first && edited('@an !', completed('@an !', asked, first, '', 0))).toBe('@ann !');
  });

  test.each<[string, string | undefined]>([
    ['a :tada:', 'tada'],
    [':+1:', '+1'],
    ['12:30:', undefined],
    ['`:tada:', undefined],
    ['::', undefined],
    ['a:b:', undefined],
  ])('the shortcode of %j', (text, code) => {
    expect(shortcodeAt(text, text.length)?.code).toBe(code);
  });
});
