/**
 * Words of the wire (docs/protocol.md). Written by hand until `rest.gen.ts` is generated from docs/openapi.json; then each
 * object below becomes `export type User = components['schemas']['User']` and nothing else changes.
 */
export type * from './frames';
export { parse_frame } from './frames';

/** A field without a value is left out or null; both mean the same. */
export type Maybe<T> = T | null | undefined;

export interface User {
  id: string;
  username: string;
  name: string;
  bio: string;
  avatar?: Maybe<string>;
}

export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  /** BCP 47, or '' for the device's. */
  locale: string;
  enter_sends: boolean;
}

export interface Me extends User {
  email: string;
  role: 'owner' | 'member';
  preferences: Preferences;
  version: number;
  created_at: number;
}

export interface Session {
  id: string;
  current: boolean;
  device: string;
  address: string;
  created_at: number;
  last_seen_at: number;
}

export interface Auth {
  user: Me;
  access_token: string;
  /** Seconds. */
  expires_in: number;
  refresh_token?: Maybe<string>;
  session_id: string;
}

export type Role = 'owner' | 'admin' | 'member';

export interface Conversation {
  id: string;
  kind: 'direct' | 'group' | 'notes';
  title?: Maybe<string>;
  peer?: Maybe<User>;
  members_count: number;
  my: { role: Role; read_seq: number };
  head_seq: number;
  last_message?: Maybe<Message>;
  unread: number;
  mentions: number;
  created_at: number;
  last_at: number;
}

export interface Member {
  user: User;
  role: Role;
  joined_at: number;
}

export interface Message {
  conversation: string;
  seq: number;
  client_id: string;
  sender: string;
  text: string;
  at: number;
  reply_to?: Maybe<number>;
}

interface EntryBase {
  conversation: string;
  seq: number;
  actor: string;
  at: number;
}

export type Entry = EntryBase &
  (
    | { kind: 'created'; users: string[]; title?: Maybe<string> }
    | { kind: 'message'; message: Message }
    | { kind: 'joined'; users: string[] }
    | { kind: 'left' }
    | { kind: 'removed'; users: string[] }
    | { kind: 'role'; users: string[]; role: Role }
    | { kind: 'renamed'; title: string }
  );

export type ProblemCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'limited'
  | 'unavailable'
  | 'internal';

export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  field?: Maybe<string>;
  retry_after_ms?: Maybe<number>;
  trace_id?: string;
}

export interface ServerInfo {
  name: string;
  version: string;
  first_run: boolean;
  signup: 'open' | 'closed';
  limits: {
    text_bytes: number;
    title_chars: number;
    name_chars: number;
    bio_chars: number;
    password_chars_min: number;
    group_members: number;
  };
}

export interface ReadMark {
  read_seq: number;
  unread: number;
  mentions: number;
}
