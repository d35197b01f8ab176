/** How a conversation changes: pure functions from a row and what happened to the next row. */
import type { Conversation, Entry, Head, Message, My, ReadMark } from '../protocol';
import type { ConversationRow } from './facts';
import { fold as fold_message, is_line, is_mutation } from './fold';
import type { Log } from './ranges';

/**
 * A fresh answer of the server meets what is known. Answers may be older than what live events told meanwhile: heads
 * and read marks only move forward, the newer head brings the details, and counters follow (head, mark).
 */
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
      my: { ...merge_my(old.my, young.my, fresh.detail_seq > row.detail_seq), role: details.my.role },
    },
  };
}

/** Marks only move forward; what one set is told whole, with a version. That begins anew with each membership. */
function merge_my(old: My, young: My, later: boolean): My {
  const version = young.version ?? 0;
  return {
    ...(version >= (old.version ?? 0) || (later && version === 0) ? young : old),
    read_seq: Math.max(old.read_seq, young.read_seq),
    delivered_seq: Math.max(old.delivered_seq, young.delivered_seq),
  };
}

function newer_counts(old: Conversation, young: Conversation): boolean {
  if (young.head_seq !== old.head_seq) return young.head_seq > old.head_seq;
  return young.my.read_seq >= old.my.read_seq;
}

/** What one set for oneself changed. */
export function apply_my(row: ConversationRow, my: My): ConversationRow {
  const { conversation } = row;
  return { ...row, conversation: { ...conversation, my: merge_my(conversation.my, my, false) } };
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
export function apply_live(row: ConversationRow, entries: readonly Entry[], log: Log, me: string): ConversationRow {
  let next = row;
  for (const entry of entries) {
    if (entry.seq > next.conversation.head_seq) next = { ...next, conversation: count(next.conversation, entry, me) };
    if (entry.seq === next.detail_seq + 1) {
      next = { detail_seq: entry.seq, conversation: fold(next.conversation, entry, me) };
    }
  }
  return entries.some((entry) => recalls(entry, next.conversation)) ? recount(next, log, me) : next;
}

function count(conversation: Conversation, entry: Entry, me: string): Conversation {
  if (!is_line(entry)) return { ...conversation, head_seq: entry.seq };
  const moved = { ...conversation, head_seq: entry.seq, last_at: Math.max(conversation.last_at, entry.at) };
  if (entry.kind !== 'message') return moved;
  // Sending moves one's own mark to what one sent.
  if (entry.message.sender === me) return { ...moved, unread: 0, mentions: 0, my: { ...moved.my, read_seq: entry.seq } };
  if (entry.seq <= moved.my.read_seq) return moved;
  return { ...moved, unread: moved.unread + 1, mentions: moved.mentions + (calls(entry.message, me) ? 1 : 0) };
}

/** Does it mention this user? `here` is for those who hear it at once; nobody keeps count of it. */
function calls({ mentions = [] }: Message, me: string): boolean {
  return mentions.some((one) => one === me || one === 'all');
}

/** Does it change whom an unread message calls? */
function recalls(entry: Entry, { my }: Conversation): boolean {
  return (entry.kind === 'edited' || entry.kind === 'deleted') && entry.target > my.read_seq;
}

/** What these entries made of the counts, if it is more than counting on: 'unknown' if not all that is unread is here. */
export function recounted(
  row: ConversationRow,
  entries: readonly Entry[],
  log: Log,
  me: string,
): ReadMark | 'unknown' | undefined {
  const { my, head_seq } = row.conversation;
  if (!entries.some((entry) => recalls(entry, row.conversation))) return undefined;
  const counts = counts_after(my.read_seq, head_seq, log, me);
  return counts === undefined ? 'unknown' : { read_seq: my.read_seq, ...counts };
}

function recount(row: ConversationRow, log: Log, me: string): ConversationRow {
  const { my, head_seq } = row.conversation;
  const counts = counts_after(my.read_seq, head_seq, log, me);
  return counts === undefined ? row : marked(row, my.read_seq, counts);
}

function fold(conversation: Conversation, entry: Entry, me: string): Conversation {
  if (is_mutation(entry)) {
    const last = conversation.last_message;
    return last?.seq === entry.target ? { ...conversation, last_message: fold_message(last, entry, me) } : conversation;
  }
  switch (entry.kind) {
    case 'message':
      return { ...conversation, last_message: entry.message };
    case 'joined': {
      const joined = { ...conversation, members_count: conversation.members_count + entry.users.length };
      return entry.users.includes(me) ? { ...joined, my: { ...joined.my, visitor: false } } : joined;
    }
    case 'left':
      return { ...conversation, members_count: conversation.members_count - 1 };
    case 'removed':
      return { ...conversation, members_count: conversation.members_count - entry.users.length };
    case 'role':
      return entry.users.includes(me) ? { ...conversation, my: { ...conversation.my, role: entry.role } } : conversation;
    case 'renamed':
      return { ...conversation, title: entry.title };
    case 'settings':
      return { ...conversation, settings: entry.settings };
    default:
      return conversation;
  }
}

/** The server's counts may be older than the entries that overtook it, so what lies behind the mark is counted here if it is known. */
export function apply_receipt(row: ConversationRow, mark: ReadMark, log: Log, me: string): ConversationRow {
  const { conversation } = row;
  if (mark.read_seq < conversation.my.read_seq) return row;
  return marked(row, mark.read_seq, counts_after(mark.read_seq, conversation.head_seq, log, me) ?? mark);
}

/** Own mark moved on this device. */
export function apply_read(row: ConversationRow, seq: number, log: Log, me: string): ConversationRow {
  const { conversation } = row;
  const read_seq = Math.min(seq, conversation.head_seq);
  if (read_seq <= conversation.my.read_seq) return row;
  return marked(row, read_seq, counts_after(read_seq, conversation.head_seq, log, me) ?? conversation);
}

interface Counts {
  unread: number;
  mentions: number;
}

function marked(row: ConversationRow, read_seq: number, { unread, mentions }: Counts): ConversationRow {
  const { conversation } = row;
  return { ...row, conversation: { ...conversation, unread, mentions, my: { ...conversation.my, read_seq } } };
}

/** Of the messages of others in (read_seq, head_seq], or undefined if not all of those entries are here. */
function counts_after(read_seq: number, head_seq: number, log: Log, me: string): Counts | undefined {
  const rest = read_seq >= head_seq ? [] : log.slice(read_seq + 1, head_seq);
  if (rest.length !== head_seq - read_seq) return undefined;
  const unread = rest.flatMap((entry) => (entry.kind === 'message' && entry.message.sender !== me ? [entry.message] : []));
  return { unread: unread.length, mentions: unread.filter((message) => calls(message, me)).length };
}

/** The entry by which `me` stopped being a member. */
export function ends_membership(entry: Entry, me: string): boolean {
  return (entry.kind === 'left' && entry.actor === me) || (entry.kind === 'removed' && entry.users.includes(me));
}
