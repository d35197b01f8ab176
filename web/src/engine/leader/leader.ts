/**
 * What one tab does for all: the connection, and what goes over it. Loaded apart, as a start from what the device keeps
 * needs none of it.
 */
import type { Env } from '../env';
import type { Desk } from '../outbox/desk';
import type { Own } from '../persist/own';
import type { Entry, ServerFrame } from '../protocol';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { Api } from '../transport/api';
import type { Tokens } from '../transport/tokens';
import { Delivered } from './delivered';
import { Presence } from './presence';
import { Sender } from './sender';
import { Socket } from './socket';
import { Sync } from './sync';
import { Typing } from './typing';

/** What calls one; what calls everybody changes nobody's version of it, as that would be a write for each. */
const notices = 'notices';
const everybody_asks_within_ms = 2_000;

export interface LeaderParts {
  env: Env;
  store: Store;
  own: Own;
  api: Api;
  tokens: Tokens;
  desk: Desk;
  publish(fact: Fact): void;
  /** What `work` publishes goes to the other tabs at once. */
  together(work: () => void): void;
  /** The connection is there: what could not be fetched is tried again. */
  welcome(): void;
  /** The versions of the account's documents are known anew. */
  versions(): void;
  /** A document changed for everybody at once, so that nobody's version tells. */
  renew(document: string): void;
  /** The session is over for good. */
  ended(reason: string): void;
}

export class Leader {
  readonly sender: Sender;
  private readonly socket: Socket;
  private readonly sync: Sync;
  private readonly delivered: Delivered;
  private readonly typing: Typing;
  private readonly presence: Presence;

  constructor(private readonly parts: LeaderParts) {
    const { env, store, api, publish } = parts;
    this.sync = new Sync({ env, store, api, publish, arrived: (conversation, entries) => this.arrived(conversation, entries) });
    this.socket = new Socket(env, parts.tokens, api, {
      known: () => this.sync.known(),
      status: () => this.presence.status(),
      welcome: (frame) => {
        const called = store.totals.mentions.get();
        this.sync.welcome(frame);
        if (store.totals.mentions.get() > called) parts.renew(notices);
        this.sender.wake();
        this.delivered.welcome(frame.heads);
        this.presence.welcome();
        parts.welcome();
        parts.versions();
      },
      frames: (frames) =>
        parts.together(() => {
          for (const frame of frames) this.frame(frame);
        }),
      state: (connection) => {
        publish({ fact: 'connection', connection });
        if (connection.state !== 'catching_up') this.lost();
      },
      ended: (reason) => parts.ended(reason),
    });
    const { socket } = this;
    this.sync.socket = socket;
    this.sender = new Sender({ ...parts, socket });
    this.delivered = new Delivered(env, store, socket);
    this.typing = new Typing(env, socket);
    this.presence = new Presence({ env, store, socket, publish });
  }

  start(): void {
    this.sender.lead();
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
    this.lost();
    this.sender.step_down();
    this.presence.stop();
  }

  /** What a tab found that concerns the server; this one too, but for what it writes at its desk. */
  heard(fact: Fact): void {
    if (fact.fact === 'read') this.sync.read(fact.conversation);
    if (fact.fact === 'set_typing') this.typing.set(fact.conversation, fact.on);
    if (fact.fact === 'pending' && fact.row.state === 'queued') this.sender.add(fact.row);
    if (fact.fact === 'change' && fact.change.state === 'queued') this.sender.add(fact.change);
    if (fact.fact === 'pending_gone' || fact.fact === 'change_gone') this.sender.drop(fact.client_id);
    this.presence.heard(fact);
  }

  private frame(frame: ServerFrame): void {
    const { store, publish } = this.parts;
    this.sync.frame(frame);
    if (frame.op === 'changed') this.parts.versions();
    if (frame.op === 'presence') {
      const { op: _, ...presence } = frame;
      publish({ fact: 'presence', presence });
    }
    if ((frame.op !== 'receipt' && frame.op !== 'typing') || frame.user === store.me.get().id) return;
    const { conversation, user } = frame;
    if (frame.op === 'typing') publish({ fact: 'typing', conversation, user, on: frame.on });
    else {
      const { delivered_seq, read_seq } = frame;
      publish({ fact: 'receipts', conversation, marks: [{ user, delivered_seq: delivered_seq ?? 0, read_seq: read_seq ?? 0 }] });
    }
  }

  private arrived(conversation: string, entries: readonly Entry[]): void {
    const { env, store, renew } = this.parts;
    const me = store.me.get().id;
    for (const entry of entries) {
      if (entry.kind !== 'message') continue;
      const { sender, client_id, mentions = [] } = entry.message;
      if (sender === me) void this.sender.arrived(conversation, client_id, entry.seq);
      // Everybody asks, so each a moment of their own later.
      else if (mentions.includes('all')) env.after(env.random() * everybody_asks_within_ms, () => renew(notices));
    }
    this.delivered.arrived(conversation, entries);
  }

  private lost(): void {
    this.sync.pause();
    this.delivered.pause();
    this.presence.pause();
    this.sender.sleep();
  }
}
