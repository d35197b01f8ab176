/** What passes by without being written down, as a tab takes part in it: receipts, typing, presence. Told anew on each connection. */
import type { Env } from '../env';
import type { Own } from '../persist/own';
import type { Errand, Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { Api } from '../transport/api';
import type { OwnPresence } from '../types';

/** In larger conversations nobody is told of everybody's marks. */
const most_members = 32;
/** How often the leader needs to know that somebody is here. */
const active_ms = 60_000;

export interface LanesParts {
  env: Env;
  store: Store;
  own: Own;
  api: Api;
  publish(fact: Fact): void;
  /** Asks the leader, be it this tab. */
  ask(errand: Errand | Extract<Fact, { fact: 'own_presence' }>): void;
}

export class Lanes {
  private readonly tab: string;
  /** Whom this tab looks at, and how often. */
  private readonly looked_at = new Map<string, number>();
  private active_at = Number.NEGATIVE_INFINITY;
  private readonly forget: () => void;

  constructor(private readonly parts: LanesParts) {
    this.tab = String(parts.env.random());
    this.forget = parts.env.on_activity(() => this.active());
  }

  /** Found here or told by another tab. */
  heard(fact: Fact): void {
    if (fact.fact !== 'connection') return;
    // The leader may be a new one.
    if (fact.connection.state === 'catching_up' && this.looked_at.size > 0) this.announce();
    if (fact.connection.state === 'online') for (const id of this.parts.store.watched()) void this.fetch_receipts(id);
  }

  set_typing(conversation: string, on: boolean): void {
    this.parts.ask({ fact: 'set_typing', conversation, on });
  }

  set_presence(status: OwnPresence): void {
    this.parts.publish({ fact: 'own_presence', status });
    void this.parts.own.put_presence(status).catch(() => undefined);
    this.parts.ask({ fact: 'own_presence', status });
  }

  watch(users: readonly string[]): () => void {
    let over = false;
    for (const user of users) this.looked_at.set(user, (this.looked_at.get(user) ?? 0) + 1);
    this.announce();
    return () => {
      if (over) return;
      over = true;
      for (const user of users) {
        const left = (this.looked_at.get(user) ?? 1) - 1;
        if (left > 0) this.looked_at.set(user, left);
        else this.looked_at.delete(user);
      }
      this.announce();
    };
  }

  /** A conversation is on screen. What cannot be known now is asked for on the next connection. */
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

  stop(): void {
    this.forget();
    if (this.looked_at.size === 0) return;
    this.looked_at.clear();
    this.announce();
  }

  private announce(): void {
    this.parts.ask({ fact: 'watching', tab: this.tab, users: [...this.looked_at.keys()] });
  }

  /** At once after a pause, seldom while it goes on. */
  private active(): void {
    const now = this.parts.env.now();
    if (now - this.active_at < active_ms) return;
    this.active_at = now;
    this.parts.ask({ fact: 'active' });
  }
}
