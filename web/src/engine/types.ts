/**
 * What the engine shows to the rest of the client. Shapes of the wire (User, Message, Entry, …) come from
 * `protocol/`; these are the views built on them. Everything here is plain data: safe to post between tabs.
 */
import type { Change, MyPatch } from './outbox/items';
import type { Conversation, Entry, Me, Member, Message, NewMessage, ServerInfo, Session, User } from './protocol';
import type { components } from './protocol/rest.gen';
import type { MeChange } from './transport/api';

export type { MyPatch } from './outbox/items';

/** Where the live connection stands. `waiting`: offline or backing off, with the time of the next try. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'catching_up' }
  | { state: 'online' }
  | { state: 'waiting'; retry_at: number; reason: string };

/** What may go with the text of a message, in the words of the wire. */
export type Extras = Pick<NewMessage, 'reply_to' | 'mentions' | 'forward'>;

/** An own message that is not stored on the server yet. */
export interface Pending extends Extras {
  client_id: string;
  conversation: string;
  text: string;
  at: number;
  state: 'queued' | 'sending' | 'failed';
  /** Why it failed, in the server's words and by the protocol's `code`; only with `failed`. */
  error?: string;
  error_code?: string;
  /** It was on its way at least once: the server may have it. */
  tried?: boolean;
  /** The author took it back while it was on its way. Never shown. */
  withdrawn?: boolean;
}

/** How far somebody is in a conversation. */
export interface Marks {
  delivered_seq: number;
  read_seq: number;
}

/** By user. Nobody is told of everybody's marks in large conversations: then it stays empty. */
export type Receipts = ReadonlyMap<string, Marks>;

export type Presence = components['schemas']['Presence'];
export type OwnPresence = Exclude<Presence['status'], 'offline'>;

/** An own change that the server did not want. It is not shown any more. */
export interface Refusal {
  conversation: string;
  kind: Change['kind'];
  /** The message it was about. */
  seq?: number;
  /** What an edit would have made of it. */
  text?: string;
  /** Why, by the protocol's `code` and in the server's words. */
  code: string;
  detail: string;
}

/**
 * One line of a timeline. `key` is stable for life: an own message keeps its client_id from the moment it is written
 * (`pending` first, then `entry`), so the row is never remounted.
 */
export type Row = { key: string; type: 'entry'; entry: Entry } | { key: string; type: 'pending'; pending: Pending };

/** A contiguous run of rows of one conversation, oldest first; at most `limit` rows. */
export interface TimelineWindow {
  rows: readonly Row[];
  /** Older / newer entries exist beyond this window (in memory, in the cache or on the server). */
  has_before: boolean;
  has_after: boolean;
  loading: 'none' | 'before' | 'after' | 'initial';
  error?: string;
}

/** A line of the conversation list: the server's Conversation with what this device knows on top. */
export interface ConversationView extends Conversation {
  /** Title to show: given title, the other's name, or '' for notes (the UI names those). */
  display_title: string;
  /** Shown as unread, whatever the counters say. */
  marked_unread: boolean;
  /** Calls nobody, now. */
  muted: boolean;
  draft?: string;
  /** The newest own message still waiting or failed, for the preview line. */
  pending?: Pending;
}

/** A timeline opened on screen. It is a small state machine with a snapshot; see engine/store/timeline.ts. */
export interface Timeline {
  readonly conversation: string;
  subscribe(listener: () => void): () => void;
  /** Referentially stable until something changed. */
  snapshot(): TimelineWindow;
  /** Seq of the last entry read when the timeline was opened: the "New" divider goes below it. 0 = none. */
  readonly opened_at_read_seq: number;
  page_before(): Promise<void>;
  page_after(): Promise<void>;
  jump_to(seq: number): Promise<void>;
  jump_to_latest(): Promise<void>;
  /** Is the reader at the bottom? Then new rows push the oldest out of the window; else it only grows to its limit. */
  follow(at_bottom: boolean): void;
  close(): void;
}

/** Readable state with per-key listeners, made for useSyncExternalStore. */
export interface Readable<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

/** What a server refuses unless it was told otherwise; used until it has told its own. */
export const LIMITS: ServerInfo['limits'] = {
  body_bytes: 262_144,
  frame_bytes: 65_536,
  frames_per_second: 1_000,
  text_bytes: 16_384,
  title_chars: 100,
  name_chars: 64,
  bio_chars: 300,
  password_chars_min: 8,
  group_members: 10_000,
};

/** Errors of the server or of the network, with the protocol's `code` (`offline` when nothing answered). */
export class EngineError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly retry_after_ms?: number,
  ) {
    super(message);
    this.name = 'EngineError';
  }
}

/** The signed-in client. One per tab; the tabs of one account elect a leader among themselves. */
export interface Engine {
  readonly me: Readable<Me>;
  readonly connection: Readable<Connection>;
  /** Ids, latest first; threads stand apart. */
  readonly conversations: Readable<readonly string[]>;
  /** Ids of the threads one follows, latest first. */
  readonly threads: Readable<readonly string[]>;
  /** Ids of what strangers began: it waits to be accepted, or was put away. Not among `conversations`. */
  readonly requests: Readable<readonly string[]>;
  conversation(id: string): Readable<ConversationView | undefined>;
  user(id: string): Readable<User | undefined>;
  /** One message, wherever it lies in the log; fetched when somebody looks. `undefined`: not known yet, `null`: there is none. */
  message(conversation: string, seq: number): Readable<Message | null | undefined>;
  /** The newest messages beyond `seq` that are here, oldest first. Nobody is asked for others. */
  messages_after(conversation: string, seq: number): readonly Message[];
  /** The first entry at or after a time (ms), else the newest: where a day begins. */
  seq_at(conversation: string, at_ms: number): Promise<number>;
  /** Unread messages in all conversations that may call: not of those muted, archived or not accepted yet. */
  readonly unread_total: Readable<number>;
  /** Mentions, which also get through from what is muted for a while or archived. */
  readonly mentions_total: Readable<number>;
  /** False until the list has come from the cache or from the server. */
  readonly ready: Readable<boolean>;

  open_timeline(conversation: string, at?: { seq: number }): Timeline;
  /** Writes to the outbox (IndexedDB) first, then to the network. Resolves once it is safe on this device. */
  send(conversation: string, text: string, extras?: Extras): Promise<string>;
  retry(client_id: string): Promise<void>;
  discard(client_id: string): Promise<void>;
  /** Takes back what was just sent: not sent at all while that is possible, else deleted. */
  unsend(conversation: string, client_id: string): Promise<void>;
  /**
   * Changes to messages: shown at once, safe on this device when they resolve, sent when there is a connection. What the
   * server does not want is shown no more and told to `on_refused`.
   */
  edit(conversation: string, seq: number, text: string, mentions?: readonly string[]): Promise<void>;
  /** With `not_before` (time) it waits until then, safe on this device, and `keep_message` takes it back; asked again without, it goes now. */
  delete_message(conversation: string, seq: number, not_before?: number): Promise<void>;
  /** False: the deletion has left already. */
  keep_message(conversation: string, seq: number): Promise<boolean>;
  react(conversation: string, seq: number, emoji: string, on: boolean): Promise<void>;
  pin(conversation: string, seq: number, on: boolean): Promise<void>;
  /** Moves when something was pinned or unpinned there: time to ask for the pins again. */
  pins_at(conversation: string): Readable<number>;
  on_refused(listener: (refusal: Refusal) => void): () => void;
  /** What one sets for oneself: shown at once, sent when there is a connection; the last word counts. */
  set_my(conversation: string, patch: MyPatch): Promise<void>;
  /** A document of the account (`GET /me/{name}`), kept fresh from the first time anybody looks at it. */
  document<T>(name: string): Readable<T | undefined>;
  /** A feature's own question to the server; fails with `EngineError`. */
  call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T>;

  /** How far the others are; known for conversations that were on screen. */
  receipts(conversation: string): Readable<Receipts>;
  /** Who writes right now, without the reader. */
  typing(conversation: string): Readable<readonly string[]>;
  /** The reader writes, or stopped; may be called with every key. */
  set_typing(conversation: string, on: boolean): void;
  /** These people are on screen: their presence is wanted until the answer is called. */
  watch(users: readonly string[]): () => void;
  presence(user: string): Readable<Presence | undefined>;
  /** How the reader wants to be seen; `online` becomes `away` by itself while nothing is done. */
  readonly own_presence: Readable<OwnPresence>;
  set_presence(status: OwnPresence): void;

  mark_read(conversation: string, seq: number): void;
  set_draft(conversation: string, text: string): void;
  /** The writer turned to something else: the draft goes to their other devices now. */
  settle_draft(conversation: string): void;
  /** Also what another device of the account began, unless this one has something newer. */
  draft(conversation: string): Readable<string>;

  start_direct(user: string): Promise<string>;
  start_notes(): Promise<string>;
  create_group(title: string, members: readonly string[]): Promise<string>;
  /**
   * The thread of a message, begun when there is none; its id. Who does not follow it hears nothing by themselves: asked
   * again, it is as the server has it then.
   */
  open_thread(conversation: string, seq: number): Promise<string>;
  /** From now on its messages come by themselves and count as unread; `leave` ends it. */
  follow(thread: string): Promise<void>;
  rename(conversation: string, title: string): Promise<void>;
  members(conversation: string): Promise<readonly Member[]>;
  add_members(conversation: string, users: readonly string[]): Promise<void>;
  remove_member(conversation: string, user: string): Promise<void>;
  set_role(conversation: string, user: string, role: Member['role']): Promise<void>;
  leave(conversation: string): Promise<void>;
  search_users(query: string, signal?: AbortSignal): Promise<readonly User[]>;

  update_me(change: MeChange): Promise<void>;
  change_password(old_password: string, new_password: string): Promise<void>;
  sessions(): Promise<readonly Session[]>;
  revoke_session(id: string): Promise<void>;
  /**
   * Ends the session on the server and clears everything of this account on the device. Without a connection the session
   * ends when this browser has one again.
   */
  logout(): Promise<void>;
  /** Called once when the session has ended elsewhere (revoked, expired). Local data is kept until sign-in or logout. */
  on_signed_out(listener: (reason: string) => void): () => void;
  /** Whether this tab is the one that speaks for all tabs of the account. */
  leads(): boolean;
  /** For /debug/sync. */
  debug(): Promise<unknown>;
  stop(): void;
}

/** Before sign-in. */
export interface Gate {
  server(): Promise<ServerInfo>;
  signup(ask: { email: string; password: string; name: string; username?: string }): Promise<Engine>;
  login(ask: { login: string; password: string }): Promise<Engine>;
  /** Resumes with the cookie; from the cache alone when offline. `undefined`: nobody is signed in. */
  resume(): Promise<Engine | undefined>;
}
