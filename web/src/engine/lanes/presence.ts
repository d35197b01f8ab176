/**
 * Who is there. Every tab says whom it looks at and when its reader did something; the leader watches all of those, and
 * says for all tabs that one is away when nobody has done anything for a while.
 */
import type { Env } from '../env';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { Socket } from '../transport/socket';
import type { OwnPresence } from '../types';

const gather_ms = 200;
const away_ms = 5 * 60_000;
const active_ms = 60_000;
/** The server watches no more for one socket. */
const most_watched = 500;

export interface PresenceParts {
  env: Env;
  store: Store;
  socket: Socket;
  publish(fact: Fact): void;
  leading(): boolean;
}

export class PresenceLane {
  private readonly tab: string;
  /** Whom this tab looks at, and how often. */
  private readonly looked_at = new Map<string, number>();
  /** In the leader: whom the tabs look at. */
  private readonly tabs = new Map<string, readonly string[]>();
  private cancel_watch: (() => void) | undefined;
  private cancel_away: (() => void) | undefined;
  private watched = '';
  private away = false;
  /** When this tab last told that its reader is there. */
  private told_at = Number.NEGATIVE_INFINITY;
  private readonly forget: () => void;

  constructor(private readonly parts: PresenceParts) {
    this.tab = String(parts.env.random());
    this.forget = parts.env.on_activity(() => this.active());
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

  set(status: OwnPresence): void {
    this.parts.publish({ fact: 'own_presence', status });
    this.say();
  }

  /** Also what this tab says itself, when it leads. */
  heard(fact: Fact): void {
    if (fact.fact === 'watching') {
      this.tabs.set(fact.tab, fact.users);
      this.plan_watch();
    } else if (fact.fact === 'own_presence') {
      this.say();
    } else if (fact.fact === 'active') {
      this.be_active();
    } else if (fact.fact === 'connection' && fact.connection.state === 'catching_up' && !this.parts.leading()) {
      // There may be a new leader.
      if (this.looked_at.size > 0) this.announce();
    }
  }

  welcome(): void {
    this.parts.publish({ fact: 'presence_unknown' });
    this.watched = '';
    this.tabs.set(this.tab, [...this.looked_at.keys()]);
    this.plan_watch();
    if (this.status() !== 'online') this.say();
    this.plan_away();
  }

  pause(): void {
    this.cancel_watch?.();
    this.cancel_watch = undefined;
  }

  stop(): void {
    this.forget();
    if (this.looked_at.size > 0) {
      this.looked_at.clear();
      this.announce();
    }
    this.pause();
    this.cancel_away?.();
  }

  private announce(): void {
    const fact: Fact = { fact: 'watching', tab: this.tab, users: [...this.looked_at.keys()] };
    if (this.parts.leading()) this.heard(fact);
    else this.parts.publish(fact);
  }

  private plan_watch(): void {
    if (!this.parts.leading()) return;
    this.cancel_watch ??= this.parts.env.after(gather_ms, () => {
      this.cancel_watch = undefined;
      const users = [...new Set([...this.tabs.values()].flat())].sort().slice(0, most_watched);
      if (this.watched === users.join()) return;
      if (this.parts.socket.say({ op: 'watch', users })) this.watched = users.join();
    });
  }

  private active(): void {
    if (this.parts.leading()) {
      this.be_active();
    } else if (this.parts.env.now() - this.told_at >= active_ms) {
      this.told_at = this.parts.env.now();
      this.parts.publish({ fact: 'active' });
    }
  }

  private be_active(): void {
    if (!this.parts.leading()) return;
    const was_away = this.away;
    this.away = false;
    if (was_away) this.say();
    this.plan_away();
  }

  private plan_away(): void {
    this.cancel_away?.();
    this.cancel_away = this.parts.env.after(away_ms, () => {
      this.away = true;
      this.say();
    });
  }

  private say(): void {
    if (!this.parts.leading()) return;
    this.parts.socket.say({ op: 'presence', status: this.status() });
  }

  status(): OwnPresence {
    const chosen = this.parts.store.live.own.get();
    return chosen === 'online' && this.away ? 'away' : chosen;
  }
}
