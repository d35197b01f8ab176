/** How a conversation changes: pure functions from a row and what happened to the next row. */
import type { Conversation, Entry, Head, ReadMark } from '../protocol';
import type { ConversationRow } from './facts';
import type { Log } from './ranges';

/**
 * A fresh answer of the server meets what is known. Answers may be older than what live events told meanwhile: heads
 * and read marks only move forward, the newer head brings the details, and counters follow (head, mark).
 */
export function merge_snapshot(row: ConversationRow | undefined, fresh: Conversation): ConversationRow {
  return merge_row(row, { conversation: fresh, detail_seq: fresh.head_seq });
}

export function merge_row(row: ConversationRow | undefined, fresh: ConversationRow): ConversationRow {
  if (row === undefined) return fresh;
  const [old, young] = [row.conversation, fresh.conversation];
  const details = fresh.detail_seq >= row.detail_seq ? young : old;
  const counters = newer_counts(old, young) ? young : old;
  return {
    detail_seq: Math.max(row.detail_seq, fresh.detail_seq),
    conversation: {
      ...details,
      head_seq: Math.max(old.head_seq, young.head_seq),
      last_at: Math.max(old.last_at, young.last_at),
      unread: counters.unread,
      mentions: counters.mentions,
      my: { ...details.my, read_seq: Math.max(old.my.read_seq, young.my.read_seq) },
    },
  };
}

function newer_counts(old: Conversation, young: Conversation): boolean {
  if (young.head_seq !== old.head_seq) return young.head_seq > old.head_seq;
  return young.my.read_seq >= old.my.read_seq;
}

/** The line of a `welcome`: authoritative for counters, silent about details. */
export function merge_head(row: ConversationRow, head: Head): ConversationRow {
  const [, head_seq, read_seq, unread, mentions, last_at] = head;
  const { conversation } = row;
  return merge_row(row, {
    detail_seq: 0,
    conversation: { ...conversation, head_seq, last_at, unread, mentions, my: { ...conversation.my, read_seq } },
  });
}

/** Folds in the next entries of the log. Entries already folded in change nothing; beyond a hole only the head moves. */
export function apply_live(row: ConversationRow, entries: readonly Entry[], me: string): ConversationRow {
  let next = row;
  for (const entry of entries) {
    if (entry.seq > next.conversation.head_seq) next = { ...next, conversation: count(next.conversation, entry, me) };
    if (entry.seq === next.detail_seq + 1) {
      next = { detail_seq: entry.seq, conversation: fold(next.conversation, entry, me) };
    }
  }
  return next;
}

function count(conversation: Conversation, entry: Entry, me: string): Conversation {
  const moved = { ...conversation, head_seq: entry.seq, last_at: Math.max(conversation.last_at, entry.at) };
  if (entry.kind !== 'message') return moved;
  // Sending moves one's own mark to what one sent.
  if (entry.message.sender === me) return { ...moved, unread: 0, mentions: 0, my: { ...moved.my, read_seq: entry.seq } };
  return entry.seq > moved.my.read_seq ? { ...moved, unread: moved.unread + 1 } : moved;
}

function fold(conversation: Conversation, entry: Entry, me: string): Conversation {
  switch (entry.kind) {
    case 'message':
      return { ...conversation, last_message: entry.message };
    case 'joined':
      return { ...conversation, members_count: conversation.members_count + entry.users.length };
    case 'left':
      return { ...conversation, members_count: conversation.members_count - 1 };
    case 'removed':
      return { ...conversation, members_count: conversation.members_count - entry.users.length };
    case 'role':
      return entry.users.includes(me) ? { ...conversation, my: { ...conversation.my, role: entry.role } } : conversation;
    case 'renamed':
      return { ...conversation, title: entry.title };
    default:
      return conversation;
  }
}

/** The server's count may be older than the entries that overtook it, so what lies behind the mark is counted here if it is known. */
export function apply_receipt(row: ConversationRow, mark: ReadMark, log: Log, me: string): ConversationRow {
  const { conversation } = row;
  if (mark.read_seq < conversation.my.read_seq) return row;
  const unread = unread_after(mark.read_seq, conversation.head_seq, log, me) ?? mark.unread;
  const mentions = unread === 0 ? 0 : mark.mentions;
  return { ...row, conversation: { ...conversation, unread, mentions, my: { ...conversation.my, read_seq: mark.read_seq } } };
}

/** Own mark moved on this device. */
export function apply_read(row: ConversationRow, seq: number, log: Log, me: string): ConversationRow {
  const { conversation } = row;
  const read_seq = Math.min(seq, conversation.head_seq);
  if (read_seq <= conversation.my.read_seq) return row;
  const unread = unread_after(read_seq, conversation.head_seq, log, me) ?? conversation.unread;
  const mentions = unread === 0 ? 0 : conversation.mentions;
  return { ...row, conversation: { ...conversation, unread, mentions, my: { ...conversation.my, read_seq } } };
}

/** Messages of others in (read_seq, head_seq], or undefined if not all of those entries are here. */
function unread_after(read_seq: number, head_seq: number, log: Log, me: string): number | undefined {
  const rest = read_seq >= head_seq ? [] : log.slice(read_seq + 1, head_seq);
  if (rest.length !== head_seq - read_seq) return undefined;
  return rest.filter((entry) => entry.kind === 'message' && entry.message.sender !== me).length;
}

/** The entry by which `me` stopped being a member. */
export function ends_membership(entry: Entry, me: string): boolean {
  return (entry.kind === 'left' && entry.actor === me) || (entry.kind === 'removed' && entry.users.includes(me));
}
