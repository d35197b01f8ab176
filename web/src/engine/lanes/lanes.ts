/** What passes by without being written down: receipts, typing, presence. Lost when the connection is, and told anew after. */
import type { Env } from '../env';
import type { Entry, Head, ServerFrame } from '../protocol';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { Api } from '../transport/api';
import type { Socket } from '../transport/socket';
import { Delivered } from './delivered';
import { PresenceLane } from './presence';
import { Typing } from './typing';

/** In larger conversations nobody is told of everybody's marks. */
const most_members = 32;

export interface LanesParts {
  env: Env;
  store: Store;
  api: Api;
  socket: Socket;
  publish(fact: Fact): void;
  leading(): boolean;
}

export class Lanes {
  readonly presence: PresenceLane;
  private readonly delivered: Delivered;
  private readonly typing: Typing;

  constructor(private readonly parts: LanesParts) {
    const { env, store, socket } = parts;
    this.presence = new PresenceLane(parts);
    this.delivered = new Delivered(env, store, socket);
    this.typing = new Typing(env, socket);
  }

  welcome(heads: readonly Head[]): void {
    this.delivered.welcome(heads);
    this.presence.welcome();
    this.fetch_all_receipts();
  }

  arrived(conversation: string, entries: readonly Entry[]): void {
    this.delivered.arrived(conversation, entries);
  }

  frame(frame: ServerFrame): void {
    const { store, publish } = this.parts;
    if (frame.op === 'receipt' && frame.user !== store.me.get().id) {
      const { conversation, user, delivered_seq, read_seq } = frame;
      publish({ fact: 'receipts', conversation, marks: [{ user, delivered_seq: delivered_seq ?? 0, read_seq: read_seq ?? 0 }] });
    } else if (frame.op === 'typing') {
      const { conversation, user, on } = frame;
      if (user !== store.me.get().id) publish({ fact: 'typing', conversation, user, on });
    } else if (frame.op === 'presence') {
      const { op: _, ...presence } = frame;
      publish({ fact: 'presence', presence });
    }
  }

  /** What other tabs ask of the leader. */
  heard(fact: Fact): void {
    this.presence.heard(fact);
    if (fact.fact === 'connection' && fact.connection.state === 'online' && !this.parts.leading()) this.fetch_all_receipts();
    if (fact.fact === 'set_typing' && this.parts.leading()) this.typing.set(fact.conversation, fact.on);
  }

  set_typing(conversation: string, on: boolean): void {
    if (this.parts.leading()) this.typing.set(conversation, on);
    else this.parts.publish({ fact: 'set_typing', conversation, on });
  }

  /** What was told meanwhile went past. */
  private fetch_all_receipts(): void {
    for (const id of this.parts.store.watched()) void this.fetch_receipts(id);
  }

  /** A conversation is on screen. What is not known now is asked for after the next welcome. */
  async fetch_receipts(conversation: string): Promise<void> {
    const { store, api, publish } = this.parts;
    const view = store.row(conversation)?.conversation;
    if (view === undefined || view.kind === 'notes' || view.members_count > most_members) return;
    try {
      publish({ fact: 'receipts', conversation, marks: await api.receipts(conversation) });
    } catch {
      // Ticks stay where they are.
    }
  }

  pause(): void {
    this.delivered.pause();
    this.presence.pause();
  }

  stop(): void {
    this.presence.stop();
  }
}
