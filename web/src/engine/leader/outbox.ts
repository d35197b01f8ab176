/**
 * What waits for the server: first in, first out per lane, lanes in parallel. Runs in the leader tab only. Rows were
 * written to IndexedDB before they come here and leave it when the server has what they ask; it may be asked for twice
 * (the server answers a client_id with its first result, and a change that is so already with what is), never lost.
 */
import type { Env } from '../env';
import { due_of, type Item, lane_of, meet } from '../outbox/items';
import { backoff_ms } from '../transport/backoff';
import { EngineError } from '../types';

export interface OutboxWork<Done> {
  env: Pick<Env, 'after' | 'random' | 'now'>;
  /** Hands one item to the server; resolves after its commit. */
  deliver(item: Item): Promise<Done>;
  /** It is on its way, or back in the queue: show it. */
  changed(item: Item, state: 'sending' | 'queued'): void;
  /** The server has it. */
  stored(item: Item, done: Done): Promise<void>;
  /** The server will not have it. */
  refused(item: Item, error: EngineError): Promise<void>;
  /** It needs not be sent any more: a younger one stands for it, or they cancel each other. */
  spared(item: Item): void;
}

const first_retry_ms = 1_000;
const most_retry_ms = 60_000;

/** Codes after which asking again could help. `unauthenticated`: the session is renewed or ends as a whole. */
const passing = new Set(['offline', 'limited', 'unavailable', 'internal', 'unauthenticated']);

interface Lane {
  items: Item[];
  busy: boolean;
  /** The one on its way. */
  sending?: string | undefined;
  tries: number;
  cancel_retry?: (() => void) | undefined;
}

export class Outbox<Done> {
  private readonly lanes = new Map<string, Lane>();
  private stopped = false;
  private online = false;

  constructor(private readonly work: OutboxWork<Done>) {}

  /** Takes up an item, or a failed one to try again; one that is here already takes the new shape. */
  add(item: Item): void {
    if (item.state === 'failed') return;
    const name = lane_of(item);
    const lane = this.lanes.get(name) ?? { items: [], busy: false, tries: 0 };
    this.lanes.set(name, lane);
    const at = lane.items.findIndex((other) => other.client_id === item.client_id);
    if (at !== -1) lane.items[at] = item;
    else {
      // It may have been held back in another.
      this.drop(item);
      if (this.settle(lane, item)) {
        lane.items.push(item);
        lane.items.sort((a, b) => (a.client_id < b.client_id ? -1 : 1));
      }
    }
    this.run(lane);
  }

  /** The server has it already, or its author gave it up. */
  drop({ client_id }: Pick<Item, 'client_id'>): Item | undefined {
    for (const lane of this.lanes.values()) {
      const item = lane.items.find((other) => other.client_id === client_id);
      if (item === undefined) continue;
      lane.items = lane.items.filter((other) => other !== item);
      return item;
    }
    return undefined;
  }

  /** The connection is there: everything waiting is tried at once. */
  wake(): void {
    this.online = true;
    for (const lane of this.lanes.values()) {
      lane.cancel_retry?.();
      lane.cancel_retry = undefined;
      lane.tries = 0;
      this.run(lane);
    }
  }

  sleep(): void {
    this.online = false;
  }

  stop(): void {
    this.stopped = true;
    for (const lane of this.lanes.values()) lane.cancel_retry?.();
  }

  /** Whether a new item is to be sent at all. What is on its way already is not touched. */
  private settle(lane: Lane, young: Item): boolean {
    let wanted = true;
    lane.items = lane.items.filter((old) => {
      const met = wanted && old.client_id !== lane.sending ? meet(old, young) : 'both';
      if (met === 'none') wanted = false;
      if (met !== 'both') this.work.spared(old);
      return met === 'both';
    });
    if (!wanted) this.work.spared(young);
    return wanted;
  }

  private run(lane: Lane): void {
    if (lane.busy || this.stopped || !this.online || lane.cancel_retry !== undefined) return;
    lane.busy = true;
    void this.drain(lane).finally(() => {
      lane.busy = false;
      // An item may have come, or the connection returned, after the last look.
      if (lane.items.length > 0) this.run(lane);
    });
  }

  private async drain(lane: Lane): Promise<void> {
    for (let item = lane.items[0]; item !== undefined; item = lane.items[0]) {
      if (this.stopped || !this.online || lane.cancel_retry !== undefined) return;
      const early = due_of(item) - this.work.env.now();
      if (early > 0) return this.pause(lane, early);
      lane.sending = item.client_id;
      const going_on = await this.attempt(lane, item).finally(() => {
        lane.sending = undefined;
      });
      if (!going_on) return;
    }
  }

  /** False: the lane has to wait. */
  private async attempt(lane: Lane, item: Item): Promise<boolean> {
    this.work.changed(item, 'sending');
    /** Its shape may have changed while it was on its way; undefined: it is not wanted any more. */
    const take = () => {
      const now = lane.items.find((other) => other.client_id === item.client_id);
      lane.items = lane.items.filter((other) => other !== now);
      return now;
    };
    try {
      const done = await this.work.deliver(item);
      lane.tries = 0;
      await this.work.stored(take() ?? item, done);
      return true;
    } catch (error) {
      const known = error instanceof EngineError ? error : new EngineError('internal', String(error));
      const now = lane.items.find((other) => other.client_id === item.client_id);
      // The entry may have come by another way meanwhile.
      if (now === undefined) return true;
      if (!passing.has(known.code)) {
        await this.work.refused(take() ?? item, known);
        return true;
      }
      this.work.changed(now, 'queued');
      this.wait(lane, known);
      return false;
    }
  }

  private wait(lane: Lane, error: EngineError): void {
    if (this.stopped || (error.code === 'offline' && !this.online)) return;
    const wait = backoff_ms(lane.tries, first_retry_ms, most_retry_ms, () => 0.5 + this.work.env.random() / 2);
    lane.tries += 1;
    this.pause(lane, Math.max(wait, error.retry_after_ms ?? 0));
  }

  private pause(lane: Lane, ms: number): void {
    lane.cancel_retry = this.work.env.after(ms, () => {
      lane.cancel_retry = undefined;
      this.run(lane);
    });
  }
}
