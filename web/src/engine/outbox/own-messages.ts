/** Own messages from the key press to the entry: on disk first, then to the outbox of the leading tab. */
import type { Env } from '../env';
import type { Own } from '../persist/own';
import type { Entry } from '../protocol';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { Socket } from '../transport/socket';
import type { Extras, Pending } from '../types';
import { Outbox } from './outbox';
import { Uuid7 } from './uuid7';

export interface OwnMessagesParts {
  env: Env;
  store: Store;
  own: Own;
  socket: Socket;
  publish(fact: Fact): void;
}

export class OwnMessages {
  private readonly uuids: Uuid7;
  /** Only while this tab leads. */
  private outbox: Outbox | undefined;

  constructor(private readonly parts: OwnMessagesParts) {
    const { env } = parts;
    this.uuids = new Uuid7(
      () => env.now(),
      (count) => env.random_bytes(count),
    );
  }

  /** Takes the outbox over. The former leader may have taken rows with it that it never told of; the disk has them all. */
  lead(): void {
    const outbox = new Outbox({
      env: this.parts.env,
      deliver: (row) => this.deliver(row),
      changed: (row) => this.changed(row),
      stored: (row, seq, at) => this.stored(row, seq, at),
    });
    this.outbox = outbox;
    void this.parts.own.outbox().then((rows) => {
      for (const row of rows) outbox.add(row);
    });
  }

  step_down(): void {
    this.outbox?.stop();
    this.outbox = undefined;
  }

  wake(): void {
    this.outbox?.wake();
  }

  sleep(): void {
    this.outbox?.sleep();
  }

  /** Another tab wrote or withdrew a message. */
  heard(fact: Fact): void {
    if (fact.fact === 'pending' && fact.row.state === 'queued') this.outbox?.add(fact.row);
    if (fact.fact === 'pending_gone') this.outbox?.drop(fact.conversation, fact.client_id);
  }

  /** The entry has come: also when its `ok` was lost with a connection or with a crashed tab. */
  arrived(conversation: string, client_id: string): void {
    this.outbox?.drop(conversation, client_id);
    void this.parts.own.delete_outbox(client_id);
  }

  async send(conversation: string, text: string, extras: Extras): Promise<string> {
    const { env, own } = this.parts;
    const client_id = this.uuids.next();
    const row: Pending = { ...extras, client_id, conversation, text, at: env.now(), state: 'queued' };
    await own.put_outbox(row);
    this.enqueue(row);
    return client_id;
  }

  async retry(client_id: string): Promise<void> {
    const row = this.find(client_id);
    if (row === undefined) return;
    const { error: _, error_code: __, ...again } = { ...row, state: 'queued' as const };
    await this.parts.own.put_outbox(again);
    this.enqueue(again);
  }

  async discard(client_id: string): Promise<void> {
    const row = this.find(client_id);
    if (row === undefined) return;
    await this.parts.own.delete_outbox(client_id);
    this.parts.publish({ fact: 'pending_gone', conversation: row.conversation, client_id });
    this.outbox?.drop(row.conversation, client_id);
  }

  /** What is being sent right now can be neither retried nor taken back. */
  private find(client_id: string): Pending | undefined {
    return this.parts.store.all_pending().find((row) => row.client_id === client_id && row.state !== 'sending');
  }

  private enqueue(row: Pending): void {
    this.parts.publish({ fact: 'pending', row });
    this.outbox?.add(row);
  }

  private async deliver(row: Pending): Promise<{ seq: number; at: number }> {
    return this.parts.socket.command('send', said(row));
  }

  private async changed(row: Pending): Promise<void> {
    this.parts.publish({ fact: 'pending', row });
    if (row.state === 'failed') await this.parts.own.update_outbox(row);
  }

  private async stored(row: Pending, seq: number, at: number): Promise<void> {
    const { conversation, client_id } = row;
    const sender = this.parts.store.me.get().id;
    const message = { ...said(row), seq, sender, at };
    const entry: Entry = { conversation, seq, kind: 'message', actor: sender, at, message };
    this.parts.publish({ fact: 'entries', conversation, entries: [entry], live: true });
    await this.parts.own.delete_outbox(client_id);
  }
}

/** What was written, without how far it has come. */
function said({ at: _, state: __, error: ___, error_code: ____, ...message }: Pending) {
  return message;
}
