/**
 * All that can happen to the store, as plain data: the leader tab relays these to the others. Facts may come twice and,
 * but for the order of one conversation's entries, in any order; the store ends up the same.
 */
import type { Change } from '../outbox/items';
import type { Conversation, Entry, Head, Me, My, ReadMark, User } from '../protocol';
import type { Connection, Pending } from '../types';
import type { LiveFact } from './live';

/** A conversation and the seq up to which entries are folded into it; `head_seq` may be further. */
export interface ConversationRow {
  conversation: Conversation;
  detail_seq: number;
}

/** A small thing of the account, as it was at a version. */
export interface Document {
  name: string;
  version: number;
  value: unknown;
}

/** What a tab asks of the leader; no state of the store. */
export type Errand =
  | { fact: 'set_typing'; conversation: string; on: boolean }
  /** Whom a tab looks at. */
  | { fact: 'watching'; tab: string; users: string[] }
  /** The reader did something in another tab. */
  | { fact: 'active' };

export type Fact =
  | LiveFact
  | Errand
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
  /** An own change, on its way or confirmed. */
  | { fact: 'change'; change: Change }
  | { fact: 'change_gone'; conversation: string; client_id: string }
  /** The server does not want it. Told once, kept nowhere. */
  | { fact: 'refused'; change: Change; code: string; detail: string }
  /** Versions of the account's documents; `complete`: there are no others. */
  | { fact: 'versions'; versions: Record<string, number>; complete: boolean }
  | ({ fact: 'document' } & Document)
  /** What one set for oneself in a conversation, in the server's words. */
  | { fact: 'my'; conversation: string; my: My }
  /** `dirty`: written here and not told to the server yet; `settled`: and it is time to. */
  | { fact: 'draft'; conversation: string; text: string; dirty: boolean; settled?: boolean };
