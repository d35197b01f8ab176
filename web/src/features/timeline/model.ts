/** What the list shows, computed from the rows of the window: separators, groups, the divider. Pure. */
import type { Entry, Message, Pending, Row } from '@/engine';

export const GROUP_MS = 5 * 60_000;

export type Item =
  | { type: 'day'; key: string; at: number }
  | { type: 'new'; key: string }
  | { type: 'system'; key: string; entry: SystemEntry }
  | { type: 'message'; key: string; message: ShownMessage };

export type SystemEntry = Exclude<Entry, { kind: 'message' }>;

export interface ShownMessage {
  /** `seq` is 0 while it is on its way. */
  message: Message;
  own: boolean;
  pending?: Pending;
  /** First and last of a run of one sender. */
  first: boolean;
  last: boolean;
  /** Seq of the last entry before the next message; absent while there is none. */
  upto?: number;
}

interface Layout {
  me: string;
  /** Entries of others beyond it are new; 0: no divider. */
  divider_seq: number;
  day_of(at: number): string;
  /** What happened to the conversation itself is shown. */
  lines: boolean;
  /** There are newer ones than these. */
  more?: boolean;
  /** Messages that are not shown. */
  hides?: (message: Message) => boolean;
}

export function itemsOf(rows: readonly Row[], layout: Layout): Item[] {
  const { me, divider_seq, day_of } = layout;
  const items: Item[] = [];
  let day = '';
  let divided = divider_seq === 0;
  let before: ShownMessage | undefined;
  for (const row of rows.filter((one) => isShown(one, layout))) {
    const at = row.type === 'entry' ? row.entry.at : row.pending.at;
    if (day_of(at) !== day) {
      day = day_of(at);
      items.push({ type: 'day', key: `day ${day}`, at });
      before = undefined;
    }
    if (!divided && row.type === 'entry' && row.entry.seq > divider_seq && row.entry.actor !== me) {
      divided = true;
      items.push({ type: 'new', key: 'new' });
      before = undefined;
    }
    if (row.type === 'entry' && row.entry.kind !== 'message') {
      items.push({ type: 'system', key: row.key, entry: row.entry });
      before = undefined;
      continue;
    }
    const message = messageOf(row, me);
    if (message === undefined) continue;
    if (before !== undefined && joins(before, message)) {
      before.last = false;
      message.first = false;
    }
    items.push({ type: 'message', key: row.key, message });
    before = message;
  }
  reach(items, layout);
  return items;
}

/** Tells each stored message where the next begins. */
function reach(items: readonly Item[], { more }: Layout): void {
  const stored = items.flatMap((item) => (item.type === 'message' && item.message.message.seq > 0 ? [item.message] : []));
  for (const [at, shown] of stored.entries()) {
    const next = stored[at + 1]?.message.seq;
    if (next !== undefined) shown.upto = next - 1;
    else if (more) shown.upto = shown.message.seq;
  }
}

function isShown(row: Row, { lines, hides }: Layout): boolean {
  if (row.type === 'pending') return true;
  return row.entry.kind === 'message' ? !hides?.(row.entry.message) : lines;
}

function joins(before: ShownMessage, next: ShownMessage): boolean {
  return before.message.sender === next.message.sender && next.message.at - before.message.at < GROUP_MS;
}

function messageOf(row: Row, me: string): ShownMessage | undefined {
  if (row.type === 'pending') {
    const { state: _, error: __, error_code: ___, ...said } = row.pending;
    return { message: { ...said, seq: 0, sender: me }, own: true, pending: row.pending, first: true, last: true };
  }
  if (row.entry.kind !== 'message') return undefined;
  const { message } = row.entry;
  return { message, own: message.sender === me, first: true, last: true };
}

/** The calendar day of `at` on this device. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** Keeps the objects of unchanged messages, so that their rows need no new render. */
export function reuse(old: readonly Item[], fresh: Item[]): Item[] {
  const known = new Map(old.map((item) => [item.key, item]));
  return fresh.map((item) => {
    const before = known.get(item.key);
    if (item.type === 'message') return before?.type === 'message' && same(before.message, item.message) ? before : item;
    if (item.type === 'system') return before?.type === 'system' && before.entry === item.entry ? before : item;
    return before ?? item;
  });
}

function same(a: ShownMessage, b: ShownMessage): boolean {
  const unchanged = a.pending === undefined ? a.message === b.message : a.pending === b.pending;
  return unchanged && a.first === b.first && a.last === b.last && a.upto === b.upto;
}
