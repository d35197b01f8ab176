/** What the reader does with their own messages, and with messages altogether. Everything is shown at once and sent in its turn. */

import { is_so } from '../store/overlay';
import type { Store } from '../store/store';
import { EngineError, type Extras, type Pending } from '../types';
import type { Desk } from './desk';
import type { MessageChange } from './items';

type What = Omit<MessageChange, 'client_id' | 'conversation' | 'at' | 'state' | 'done'>;

export class OwnMessages {
  constructor(
    private readonly store: Store,
    private readonly desk: Desk,
    private readonly now: () => number,
  ) {}

  async send(conversation: string, text: string, extras: Extras): Promise<string> {
    const client_id = this.desk.name();
    await this.desk.enqueue({ ...extras, client_id, conversation, text, at: this.now(), state: 'queued' });
    return client_id;
  }

  async retry(client_id: string): Promise<void> {
    const row = this.resting(client_id);
    if (row === undefined) return;
    const { error: _, error_code: __, ...again } = { ...row, state: 'queued' as const };
    await this.desk.enqueue(again);
  }

  async discard(client_id: string): Promise<void> {
    const row = this.resting(client_id);
    if (row !== undefined) await this.desk.withdraw(row);
  }

  /** Takes back what was just sent, wherever it is by now: not sent at all if nobody can have it yet, else deleted. */
  async unsend(conversation: string, client_id: string): Promise<void> {
    const row = this.find(client_id);
    if (row === undefined) {
      const seq = this.seq_of(conversation, client_id);
      if (seq === undefined) throw new EngineError('not_found', 'There is no such message.');
      await this.change(conversation, { kind: 'deleted', target: seq });
    } else if (row.state === 'failed' || (row.state === 'queued' && !row.tried)) {
      await this.desk.withdraw(row);
    } else {
      await this.desk.enqueue({ ...row, withdrawn: true });
    }
  }

  /** Nothing is done about a message that is as asked already, as far as this device knows. */
  async change(conversation: string, what: What): Promise<void> {
    const held = what.kind === 'deleted' && !what.not_before && this.held(conversation, what.target);
    if (held) {
      const { not_before: _, ...now } = held;
      await this.desk.enqueue(now);
      return;
    }
    const message = this.store.message(conversation, what.target);
    if (message !== undefined && is_so(message, what)) return;
    await this.desk.enqueue({ ...what, client_id: this.desk.name(), conversation, at: this.now(), state: 'queued' });
  }

  /** A deletion that was held back is not done. False: it has left already. */
  async keep(conversation: string, seq: number): Promise<boolean> {
    const held = this.held(conversation, seq);
    if (held) await this.desk.withdraw(held);
    return held !== undefined;
  }

  private held(conversation: string, seq: number): MessageChange | undefined {
    return this.store.overlay
      .of(conversation)
      .filter((one) => one.kind !== 'my')
      .find((one) => one.kind === 'deleted' && one.target === seq && one.not_before !== undefined && one.state === 'queued');
  }

  private seq_of(conversation: string, client_id: string): number | undefined {
    const newest = this.store.log(conversation).newest() ?? [];
    return newest.findLast((entry) => entry.kind === 'message' && entry.message.client_id === client_id)?.seq;
  }

  /** What is being sent right now can be neither retried nor taken back. */
  private resting(client_id: string): Pending | undefined {
    const row = this.find(client_id);
    return row?.state === 'sending' ? undefined : row;
  }

  private find(client_id: string): Pending | undefined {
    return this.store.all_pending().find((row) => row.client_id === client_id);
  }
}
