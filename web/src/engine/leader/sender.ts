/** Own messages and changes from the disk to the server. */
import type { Env } from '../env';
import type { Desk } from '../outbox/desk';
import { type Change, type Item, is_change, type MessageChange } from '../outbox/items';
import type { Own } from '../persist/own';
import type { Entry, Message } from '../protocol';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { Api } from '../transport/api';
import type { EngineError, Pending } from '../types';
import { Outbox } from './outbox';
import type { Socket } from './socket';

export interface SenderParts {
  env: Env;
  store: Store;
  own: Own;
  socket: Socket;
  api: Api;
  desk: Desk;
  publish(fact: Fact): void;
}

/** What the server answered: the place of the new entry, where there is one. */
type Done = { seq: number; at: number } | undefined;

export class Sender {
  /** Only while this tab leads. */
  private outbox: Outbox<Done> | undefined;
  private loaded = Promise.resolve();

  constructor(private readonly parts: SenderParts) {}

  /** Takes the outbox over. The former leader may have taken rows with it that it never told of; the disk has them all. */
  lead(): void {
    const outbox = new Outbox<Done>({
      env: this.parts.env,
      deliver: (item) => this.deliver(item),
      changed: (item, state) => this.parts.desk.show({ ...item, state, ...(!is_change(item) && { tried: true }) }),
      stored: (item, done) => this.stored(item, done),
      refused: (item, error) => this.refused(item, error),
      spared: (item) => void this.parts.desk.forget(item),
    });
    this.outbox = outbox;
    this.loaded = this.parts.own.outbox().then((items) => {
      for (const item of items) outbox.add(item);
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

  add(item: Item): void {
    this.outbox?.add(item);
  }

  drop(client_id: string): void {
    this.outbox?.drop({ client_id });
  }

  /** The entry of an own message has come: also when its `ok` was lost with a connection or with a crashed tab. */
  async arrived(conversation: string, client_id: string, seq: number): Promise<void> {
    await this.loaded;
    const item = this.outbox?.drop({ client_id });
    if (item !== undefined && !is_change(item) && item.withdrawn) await this.take_back(conversation, seq);
    await this.parts.own.delete_outbox(client_id);
  }

  private async deliver(item: Item): Promise<Done> {
    if (!is_change(item)) return this.parts.socket.command('send', said(item));
    const { conversation } = item;
    if (item.kind === 'my') {
      this.parts.publish({ fact: 'my', conversation, my: await this.parts.api.set_my(conversation, item.patch) });
      return undefined;
    }
    return this.change(item);
  }

  private async change({ conversation, target: seq, kind, text = '', mentions, emoji = '' }: MessageChange): Promise<Done> {
    const { socket, api } = this.parts;
    switch (kind) {
      case 'edited':
        return socket.command('edit', { conversation, seq, text, ...(mentions && { mentions }) });
      case 'deleted':
        return socket.command('delete', { conversation, seq });
      case 'reacted':
        return socket.command('react', { conversation, seq, emoji });
      case 'unreacted':
        return socket.command('unreact', { conversation, seq, emoji });
      default:
        await api.pin(conversation, seq, kind === 'pinned');
        return newest(await api.messages(conversation, [seq]), seq);
    }
  }

  private async stored(item: Item, done: Done): Promise<void> {
    if (is_change(item)) return this.changed(item, done?.seq ?? 0);
    if (done === undefined) return;
    const { conversation, client_id, withdrawn = false } = item;
    const { forward: _, ...message } = said(item);
    const sender = this.parts.store.me.get().id;
    const { seq, at } = done;
    const entry: Entry = { conversation, seq, kind: 'message', actor: sender, at, message: { ...message, sender, seq, at } };
    if (withdrawn) await this.take_back(conversation, seq);
    this.parts.publish({ fact: 'entries', conversation, entries: [entry], live: true });
    await this.parts.own.delete_outbox(client_id);
  }

  /** It was withdrawn while it was on its way. Noted on disk before the row that knows it goes. */
  private take_back(conversation: string, seq: number): Promise<void> {
    const { desk, env } = this.parts;
    const at = env.now();
    return desk.enqueue({ kind: 'deleted', conversation, target: seq, client_id: desk.name(), at, state: 'queued' });
  }

  private async changed(change: Change, seq: number): Promise<void> {
    if (change.kind === 'my') return this.parts.desk.forget(change);
    await this.parts.own.delete_outbox(change.client_id);
    this.parts.publish({ fact: 'change', change: { ...change, state: 'sending', done: seq } });
  }

  private async refused(item: Item, { code, message }: EngineError): Promise<void> {
    if (is_change(item)) {
      await this.parts.desk.forget(item);
      this.parts.publish({ fact: 'refused', change: item, code, detail: message });
      return;
    }
    if (item.withdrawn) return this.parts.desk.forget(item);
    const row = { ...item, state: 'failed' as const, error: message, error_code: code };
    this.parts.publish({ fact: 'pending', row });
    await this.parts.own.update_outbox(row);
  }
}

/** Where a message stands after a change that has told nothing of itself: it may have been so already, and be otherwise again. */
function newest([message]: Message[], seq: number): Done {
  return { seq: message?.rev ?? seq, at: message?.at ?? 0 };
}

/** What was written, without how far it has come. */
function said(row: Pending) {
  const { at: _, state: __, error: ___, error_code: ____, tried: _____, withdrawn: ______, ...message } = row;
  return message;
}
