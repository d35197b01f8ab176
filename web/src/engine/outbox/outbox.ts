/**
 * Own messages on their way: first in, first out per conversation, conversations in parallel. Runs in the leader tab
 * only. Rows were written to IndexedDB before they come here and leave it when the server has the message; a message may
 * be asked for twice (the server answers a client_id with its first result), never lost.
 */
import type { Env } from '../env';
import { backoff_ms } from '../transport/backoff';
import { EngineError, type Pending } from '../types';

export interface OutboxWork {
  env: Pick<Env, 'after' | 'random'>;
  /** Hands one message to the server; resolves after its commit. */
  deliver(row: Pending): Promise<{ seq: number; at: number }>;
  /** The state of a row changed: keep it and show it. */
  changed(row: Pending): Promise<void>;
  /** The server has it. */
  stored(row: Pending, seq: number, at: number): Promise<void>;
}

const first_retry_ms = 1_000;
const most_retry_ms = 60_000;

/** Codes after which asking again could help. `unauthenticated`: the session is renewed or ends as a whole. */
const passing = new Set(['offline', 'limited', 'unavailable', 'internal', 'unauthenticated']);

interface Lane {
  rows: Pending[];
  busy: boolean;
  tries: number;
  cancel_retry?: (() => void) | undefined;
}

export class Outbox {
  private readonly lanes = new Map<string, Lane>();
  private stopped = false;
  private online = false;

  constructor(private readonly work: OutboxWork) {}

  /** Takes up a row, or a failed one to try again. */
  add(row: Pending): void {
    if (row.state === 'failed') return;
    const lane = this.lanes.get(row.conversation) ?? { rows: [], busy: false, tries: 0 };
    this.lanes.set(row.conversation, lane);
    if (lane.rows.some((other) => other.client_id === row.client_id)) return;
    lane.rows.push(row);
    lane.rows.sort((a, b) => (a.client_id < b.client_id ? -1 : 1));
    this.run(lane);
  }

  /** The server has it already, or the author gave it up. */
  drop(conversation: string, client_id: string): void {
    const lane = this.lanes.get(conversation);
    if (lane !== undefined) lane.rows = lane.rows.filter((row) => row.client_id !== client_id);
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

  private run(lane: Lane): void {
    if (lane.busy || this.stopped || !this.online || lane.cancel_retry !== undefined) return;
    lane.busy = true;
    void this.drain(lane).finally(() => {
      lane.busy = false;
      // A row may have come, or the connection returned, after the last look.
      if (lane.rows.length > 0) this.run(lane);
    });
  }

  private async drain(lane: Lane): Promise<void> {
    for (let row = lane.rows[0]; row !== undefined; row = lane.rows[0]) {
      if (this.stopped || !this.online || lane.cancel_retry !== undefined) return;
      if (!(await this.attempt(lane, row))) return;
    }
  }

  /** False: the lane has to wait. */
  private async attempt(lane: Lane, row: Pending): Promise<boolean> {
    await this.work.changed({ ...row, state: 'sending' });
    try {
      const { seq, at } = await this.work.deliver(row);
      this.drop(row.conversation, row.client_id);
      lane.tries = 0;
      await this.work.stored(row, seq, at);
      return true;
    } catch (error) {
      // The entry may have come by another way meanwhile.
      if (!lane.rows.includes(row)) return true;
      const known = error instanceof EngineError ? error : new EngineError('internal', String(error));
      if (!passing.has(known.code)) {
        this.drop(row.conversation, row.client_id);
        await this.work.changed({ ...row, state: 'failed', error: known.message, error_code: known.code });
        return true;
      }
      await this.work.changed({ ...row, state: 'queued' });
      this.wait(lane, known);
      return false;
    }
  }

  private wait(lane: Lane, error: EngineError): void {
    if (this.stopped || (error.code === 'offline' && !this.online)) return;
    const wait = backoff_ms(lane.tries, first_retry_ms, most_retry_ms, () => 0.5 + this.work.env.random() / 2);
    lane.tries += 1;
    lane.cancel_retry = this.work.env.after(Math.max(wait, error.retry_after_ms ?? 0), () => {
      lane.cancel_retry = undefined;
      this.run(lane);
    });
  }
}
