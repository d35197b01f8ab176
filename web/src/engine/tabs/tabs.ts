/**
 * The tabs of one account. The one holding the lock leads: it owns the socket, the outbox and the writes to the cache.
 * Facts go to all tabs over a channel, whoever found them. A hidden leader makes room for a visible tab.
 */
import type { ChannelLike, Env } from '../env';
import type { Fact } from '../store/facts';
import type { Token } from '../transport/tokens';

export type TabMessage =
  /** A tab has come and wants to know how things stand. `visible`: and it claims the lead from a hidden leader. */
  | { tab: 'hello'; from: string; visible: boolean }
  | { tab: 'snapshot'; to: string; facts: Fact[]; token?: Token }
  | { tab: 'claim'; from: string }
  | { tab: 'facts'; facts: Fact[] }
  | { tab: 'token'; token: Token }
  | { tab: 'ended'; reason: string };

export interface TabEvents {
  /** This tab leads from now on, until the answer is called. */
  lead(): () => void;
  fact(fact: Fact): void;
  /** The leader's picture for a tab that has just come. */
  picture(): { facts: Fact[]; token?: Token };
  /** The picture has been taken in. */
  pictured(): void;
  token(token: Token): void;
  ended(reason: string): void;
}

export class Tabs {
  private readonly channel: ChannelLike;
  private readonly id: string;
  private readonly stopping = new AbortController();
  private leads = false;
  /** A visible tab has asked for the lead since this one last had a chance to take it. */
  private claimed = false;
  /** Collects while something works together. */
  private found: Fact[] | undefined;
  private release: (() => void) | undefined;
  private readonly forget: () => void;

  constructor(
    private readonly env: Env,
    private readonly account: string,
    private readonly events: TabEvents,
  ) {
    this.id = Array.from(env.random_bytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.channel = env.open_channel(`parlor-${account}`);
    this.channel.onmessage = (message) => this.take(message as TabMessage);
    this.forget = env.on_lifecycle((event) => {
      if (event === 'visible' && !this.leads) this.post({ tab: 'claim', from: this.id });
    });
  }

  start(): void {
    this.post({ tab: 'hello', from: this.id, visible: this.env.visible() });
    void this.queue();
  }

  stop(): void {
    this.stopping.abort();
    this.forget();
    this.release?.();
    this.channel.onmessage = null;
    this.channel.close();
  }

  leading(): boolean {
    return this.leads;
  }

  share(fact: Fact): void {
    if (this.found === undefined) this.post({ tab: 'facts', facts: [fact] });
    else this.found.push(fact);
  }

  /** What is found by `work` leaves as one message, when it is done. */
  together(work: () => void): void {
    const facts: Fact[] = [];
    this.found = facts;
    try {
      work();
    } finally {
      this.found = undefined;
      if (facts.length > 0) this.post({ tab: 'facts', facts });
    }
  }

  share_token(token: Token): void {
    this.post({ tab: 'token', token });
  }

  share_end(reason: string): void {
    this.post({ tab: 'ended', reason });
  }

  private post(message: TabMessage): void {
    if (!this.stopping.signal.aborted) this.channel.post(message);
  }

  private async queue(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.env.locks.hold(`parlor-lead-${this.account}`, () => this.hold(), signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  private async hold(): Promise<void> {
    const claimed = this.claimed;
    this.claimed = false;
    // Somebody visible stands behind in the queue: pass on once, and queue again at its end.
    if (this.stopping.signal.aborted || (claimed && !this.env.visible())) return;
    this.leads = true;
    const step_down = this.events.lead();
    await new Promise<void>((resolve) => {
      this.release = resolve;
    });
    this.release = undefined;
    this.leads = false;
    step_down();
  }

  private take(message: TabMessage): void {
    switch (message.tab) {
      case 'hello':
        if (message.visible) this.claim();
        if (this.leads) this.post({ tab: 'snapshot', to: message.from, ...this.events.picture() });
        return;
      case 'claim':
        this.claim();
        return;
      case 'snapshot':
        if (message.to !== this.id) return;
        if (message.token !== undefined) this.events.token(message.token);
        for (const fact of message.facts) this.events.fact(fact);
        this.events.pictured();
        return;
      case 'facts':
        for (const fact of message.facts) this.events.fact(fact);
        return;
      case 'token':
        this.events.token(message.token);
        return;
      case 'ended':
        this.events.ended(message.reason);
        return;
    }
  }

  private claim(): void {
    if (this.env.visible()) return;
    if (this.release !== undefined) this.release();
    else this.claimed = true;
  }
}
