/**
 * All that can happen to the store, as plain data: the leader tab relays these to the others. Facts may come twice and,
 * but for the order of one conversation's entries, in any order; the store ends up the same.
 */
import type { Conversation, Entry, Head, Me, ReadMark, User } from '../protocol';
import type { Connection, Pending } from '../types';

/** A conversation and the seq up to which entries are folded into it; `head_seq` may be further. */
export interface ConversationRow {
  conversation: Conversation;
  detail_seq: number;
}

export type Fact =
  | { fact: 'me'; me: Me }
  | { fact: 'connection'; connection: Connection }
  | { fact: 'ready' }
  | { fact: 'users'; users: User[] }
  /** `complete`: whoever is not among them is a member no more. */
  | { fact: 'heads'; heads: Head[]; complete: boolean }
  | { fact: 'conversations'; conversations: Conversation[] }
  /** What a device or a leader remembers. `complete`: as above. */
  | { fact: 'rows'; rows: ConversationRow[]; complete: boolean }
  /** A run of the log. `live`: the newest, so counters move; else history. */
  | { fact: 'entries'; conversation: string; entries: Entry[]; live: boolean }
  /** Membership ended with entry `seq`. */
  | { fact: 'gone'; conversation: string; seq: number }
  /** The server's word on one's own read mark. */
  | ({ fact: 'receipt'; conversation: string } & ReadMark)
  /** One's own mark moved here; the server does not know yet. */
  | { fact: 'read'; conversation: string; seq: number }
  | { fact: 'pending'; row: Pending }
  | { fact: 'pending_gone'; conversation: string; client_id: string }
  | { fact: 'draft'; conversation: string; text: string };
