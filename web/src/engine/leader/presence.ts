/**
 * Who is there, for all tabs: watches everybody any tab looks at, and says that the reader is away when nobody has done
 * anything in any tab for a while.
 */
import type { Env } from '../env';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { OwnPresence } from '../types';
import type { Socket } from './socket';

const gather_ms = 200;
const away_ms = 5 * 60_000;
/** The server watches no more for one socket. */
const most_watched = 500;

export interface PresenceParts {
  env: Env;
  store: Store;
  socket: Socket;
  publish(fact: Fact): void;
}

export class Presence {
  /** Whom the tabs look at. */
  private readonly tabs = new Map<string, readonly string[]>();
  private cancel_watch: (() => void) | undefined;
  private cancel_away: (() => void) | undefined;
  private watched = '';
  private away = false;

  constructor(private readonly parts: PresenceParts) {}

  heard(fact: Fact): void {
    if (fact.fact === 'watching') {
      this.tabs.set(fact.tab, fact.users);
      this.plan_watch();
    } else if (fact.fact === 'own_presence') {
      this.say();
    } else if (fact.fact === 'active') {
      const was_away = this.away;
      this.away = false;
      if (was_away) this.say();
      this.plan_away();
    }
  }

  welcome(): void {
    this.parts.publish({ fact: 'presence_unknown' });
    this.watched = '';
    this.plan_watch();
    if (this.status() !== 'online') this.say();
    this.plan_away();
  }

  pause(): void {
    this.cancel_watch?.();
    this.cancel_watch = undefined;
  }

  stop(): void {
    this.pause();
    this.cancel_away?.();
  }

  private plan_watch(): void {
    this.cancel_watch ??= this.parts.env.after(gather_ms, () => {
      this.cancel_watch = undefined;
      const users = [...new Set([...this.tabs.values()].flat())].sort().slice(0, most_watched);
      if (this.watched === users.join()) return;
      if (this.parts.socket.say({ op: 'watch', users })) this.watched = users.join();
    });
  }

  private plan_away(): void {
    this.cancel_away?.();
    this.cancel_away = this.parts.env.after(away_ms, () => {
      this.away = true;
      this.say();
    });
  }

  private say(): void {
    this.parts.socket.say({ op: 'presence', status: this.status() });
  }

  status(): OwnPresence {
    const chosen = this.parts.store.live.own.get();
    return chosen === 'online' && this.away ? 'away' : chosen;
  }
}
