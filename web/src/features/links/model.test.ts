import { beforeAll, expect, it } from 'vitest';
import type { Message } from '@/engine';
import { loadParser } from '@/lib/markdown';
import { conversationOf } from '@/testing/fake-engine';
import { links } from '.';
import { linksIn } from './model';

beforeAll(loadParser);

const said = (seq: number, text: string): Message => ({
  conversation: '10',
  seq,
  client_id: `c${seq}`,
  sender: '2',
  text,
  at: 0,
});

it('finds each address once, where it was linked last, and shows what tells it apart', () => {
  const found = linksIn([
    said(3, 'again https://example.org/a, and [there](https://www.example.org/b)'),
    said(2, 'https://example.org/a'),
    said(1, 'write to me@example.org, or javascript:alert(1)'),
  ]);
  expect(found.map(({ href, text, message }) => [href, text, message.seq])).toEqual([
    ['https://example.org/a', 'example.org/a', 3],
    ['https://www.example.org/b', 'example.org/b', 3],
  ]);
});

it('leads nowhere from the words of a stranger', () => {
  const [section] = links.infoSections ?? [];
  const known = conversationOf();
  expect(section?.when?.(known)).toBe(true);
  expect(section?.when?.({ ...known, my: { ...known.my, request: 'pending' } })).toBe(false);
});
