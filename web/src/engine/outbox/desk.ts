/** Where own messages and changes are written down: shown here, then on disk, then handed to whoever sends them. */
import type { Env } from '../env';
import type { Own } from '../persist/own';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import { type Item, is_change } from './items';
import { Uuid7 } from './uuid7';

export interface DeskParts {
  env: Env;
  store: Store;
  own: Own;
  publish(fact: Fact): void;
  /** For the outbox, if this tab leads; else the fact has told the leader. */
  add(item: Item): void;
  drop(client_id: string): void;
}

export class Desk {
  private readonly uuids: Uuid7;

  constructor(private readonly parts: DeskParts) {
    const { env } = parts;
    this.uuids = new Uuid7(
      () => env.now(),
      (count) => env.random_bytes(count),
    );
  }

  /** A new name; names ascend. */
  name(): string {
    return this.uuids.next();
  }

  /** Shown in this tab at once; resolves once the item is safe on this device, from where alone it is sent. */
  async enqueue(item: Item): Promise<void> {
    const { store, own } = this.parts;
    const before = this.find(item);
    store.apply(shown(item));
    try {
      await own.put_outbox(item);
    } catch (error) {
      store.apply(before === undefined ? gone(item) : shown(before));
      throw error;
    }
    this.show(item);
    this.parts.add(item);
  }

  /** It is not to be sent. */
  async withdraw(item: Item): Promise<void> {
    await this.forget(item);
    this.parts.drop(item.client_id);
  }

  show(item: Item): void {
    this.parts.publish(shown(item));
  }

  async forget(item: Item): Promise<void> {
    await this.parts.own.delete_outbox(item.client_id);
    this.parts.publish(gone(item));
  }

  /** What was read from disk at the start may have become an entry before this tab could hear of it. */
  async recheck(): Promise<void> {
    const { store, own } = this.parts;
    const kept = new Set((await own.outbox()).map((item) => item.client_id));
    for (const { conversation, client_id } of store.all_pending())
      if (!kept.has(client_id)) store.apply({ fact: 'pending_gone', conversation, client_id });
    for (const change of store.overlay.all())
      if (!kept.has(change.client_id) && !('done' in change))
        store.apply({ fact: 'change_gone', conversation: change.conversation, client_id: change.client_id });
  }

  private find({ conversation, client_id }: Item): Item | undefined {
    const { store } = this.parts;
    const items: readonly Item[] = [...store.pending(conversation), ...store.overlay.of(conversation)];
    return items.find((item) => item.client_id === client_id);
  }
}

function shown(item: Item): Fact {
  return is_change(item) ? { fact: 'change', change: item } : { fact: 'pending', row: item };
}

function gone(item: Item): Fact {
  const { conversation, client_id } = item;
  return { fact: is_change(item) ? 'change_gone' : 'pending_gone', conversation, client_id };
}
