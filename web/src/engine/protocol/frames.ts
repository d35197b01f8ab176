/** Frames of the socket. */
import type { Entry, Maybe } from './index';

/** conversation, head_seq, read_seq, unread, mentions, last_at. */
export type Head = [string, number, number, number, number, number];

export type ClientFrame =
  | { op: 'hello'; token: string; client?: string; known?: Record<string, number> }
  | { op: 'send'; id: string; conversation: string; client_id: string; text: string; reply_to?: number }
  | { op: 'read'; id?: string; conversation: string; seq: number }
  | { op: 'sync'; id: string; conversation: string; after: number; limit?: number }
  | { op: 'token'; token: string }
  | { op: 'ping'; id?: string };

export type Bye = 'revoked' | 'expired' | 'draining' | 'slow' | 'invalid' | 'limited' | 'unauthenticated' | 'timeout';

export interface Welcome {
  op: 'welcome';
  session: string;
  user: string;
  node: string;
  account_version: number;
  heartbeat_ms: number;
  limits: { frame_bytes: number; frames_per_second: number; [name: string]: number };
  heads: Head[];
  more?: Maybe<string>;
}

/** The answer to a command; which of the numbers are there depends on the command. */
export interface Ok {
  op: 'ok';
  id: string;
  seq?: number;
  at?: number;
  read_seq?: number;
  unread?: number;
  mentions?: number;
}

export interface Failure {
  op: 'error';
  id?: Maybe<string>;
  code: string;
  detail: string;
  retry_after_ms?: Maybe<number>;
}

export type ServerFrame =
  | Welcome
  | Ok
  | Failure
  | { op: 'pong'; id?: Maybe<string> }
  | { op: 'entry'; entry: Entry }
  | { op: 'entries'; id?: Maybe<string>; conversation: string; entries: Entry[] }
  | { op: 'caught_up'; id?: Maybe<string>; conversation: string; seq: number }
  | { op: 'reset'; id?: Maybe<string>; conversation: string; head_seq: number }
  | { op: 'receipt'; conversation: string; user: string; read_seq: number; unread: number; mentions: number }
  | { op: 'account'; version: number }
  | { op: 'bye'; code: Bye; detail: string; retry_after_ms?: Maybe<number> };

const ops: Record<ServerFrame['op'], true> = {
  welcome: true,
  ok: true,
  error: true,
  pong: true,
  entry: true,
  entries: true,
  caught_up: true,
  reset: true,
  receipt: true,
  account: true,
  bye: true,
};

/** A frame the client knows, or undefined: unknown ops of a newer server are skipped. */
export function parse_frame(text: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('op' in value)) return undefined;
  return typeof value.op === 'string' && Object.hasOwn(ops, value.op) ? (value as ServerFrame) : undefined;
}
