import { expect, test } from 'vitest';
import type { Entry, Row } from '@/engine';
import { dayOf, GROUP_MS, type Item, itemsOf, reuse } from './model';

const noon = new Date(2026, 10, 21, 12).getTime();

function says(seq: number, sender: string, at: number): Row {
  const message = { conversation: '7', seq, client_id: `c${seq}`, sender, text: `m${seq}`, at };
  return { key: String(seq), type: 'entry', entry: { conversation: '7', seq, kind: 'message', actor: sender, at, message } };
}

function line(seq: number, what: Partial<Entry>, at = noon): Row {
  return { key: String(seq), type: 'entry', entry: { conversation: '7', seq, actor: '2', at, ...what } as Entry };
}

const shown = (rows: Row[], divider_seq = 0): Item[] => itemsOf(rows, { me: '1', divider_seq, day_of: dayOf, lines: true });

const brief = (items: Item[]) =>
  items.map((item) => {
    if (item.type !== 'message') return item.type;
    return `${item.message.first ? '[' : ''}${item.key}${item.message.last ? ']' : ''}`;
  });

test('messages of one person within five minutes are one group', () => {
  const rows = [
    says(1, '2', noon),
    says(2, '2', noon + 1_000),
    says(3, '3', noon + 2_000),
    says(4, '3', noon + 2_000 + GROUP_MS - 1),
    says(5, '3', noon + 2_000 + 2 * GROUP_MS),
  ];
  expect(brief(shown(rows))).toEqual(['day', '[1', '2]', '[3', '4]', '[5]']);
});

test('a new day and a line of the conversation itself end a group', () => {
  const rows = [
    says(1, '2', noon - 86_400_000),
    says(2, '2', noon),
    line(3, { kind: 'renamed', title: 'x' }, noon),
    says(4, '2', noon),
  ];
  expect(brief(shown(rows))).toEqual(['day', '[1]', 'day', '[2]', 'system', '[4]']);
});

test('the divider stands before the first thing of others beyond the mark, once', () => {
  const rows = [says(1, '2', noon), says(2, '1', noon), says(3, '2', noon), says(4, '2', noon)];
  expect(brief(shown(rows, 1))).toEqual(['day', '[1]', '[2]', 'new', '[3', '4]']);
  expect(brief(shown(rows, 4))).not.toContain('new');
  expect(brief(shown(rows, 0))).not.toContain('new');
});

test('an own message keeps its key from pending to stored', () => {
  const pending: Row = {
    key: 'c2',
    type: 'pending',
    pending: { client_id: 'c2', conversation: '7', text: 'm2', at: noon, state: 'sending' },
  };
  const stored: Row = { ...says(2, '1', noon), key: 'c2' } as Row;
  const [before, after] = [shown([says(1, '2', noon), pending]), shown([says(1, '2', noon), stored])];
  expect(before.map((item) => item.key)).toEqual(after.map((item) => item.key));
});

test('rows that did not change stay the same objects', () => {
  const rows = [says(1, '2', noon), says(2, '2', noon)];
  const old = shown(rows);
  const next = reuse(old, shown([...rows, says(3, '2', noon)]));
  expect(next[1]).toBe(old[1]);
  // No longer the last of its group.
  expect(next[2]).not.toBe(old[2]);
});

test('a message knows where the next begins, over lines that are none', () => {
  const rows = [says(1, '2', noon), line(2, { kind: 'renamed', title: 'x' }), line(3, { kind: 'left' }), says(4, '2', noon)];
  const reach = (more: boolean) =>
    itemsOf(rows, { me: '1', divider_seq: 0, day_of: dayOf, lines: true, more }).flatMap((item) =>
      item.type === 'message' ? [item.message.upto] : [],
    );
  expect(reach(false)).toEqual([3, undefined]);
  expect(reach(true)).toEqual([3, 4]);
});
