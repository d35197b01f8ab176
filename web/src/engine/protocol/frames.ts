/** Frames of the socket. */
import type { components } from './rest.gen';

type Schemas = components['schemas'];
export type Said<Op extends ServerFrame['op']> = Extract<ServerFrame, { op: Op }>;

/** conversation, head_seq, read_seq, unread, mentions, last_at, version of `my`. By hand: the generated type knows no tuples. */
export type Head = [string, number, number, number, number, number, number];

export type ClientFrame = Schemas['ClientFrame'];
export type ServerFrame =
  | Exclude<Schemas['ServerFrame'], { op: 'welcome' }>
  | (Omit<Extract<Schemas['ServerFrame'], { op: 'welcome' }>, 'heads'> & { heads: Head[] });

export type Bye = Schemas['Bye'];
export type Welcome = Said<'welcome'>;
export type Ok = Said<'ok'>;
/** Where the entry of a command stands. */
type Placed = Extract<Schemas['Done'], { seq: number }>;

/** What comes back of which command. */
export interface Answers {
  send: Placed;
  edit: Placed;
  delete: Placed;
  react: Placed;
  unreact: Placed;
  read: Schemas['ReadMark'];
}

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
  typing: true,
  presence: true,
  my: true,
  changed: true,
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
