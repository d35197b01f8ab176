/** What the reader sets for themselves in a conversation: shown at once, and sent in its turn. */
import type { MyPatch } from '../outbox/items';
import type { Sender } from '../outbox/sender';
import type { Store } from '../store/store';

export class OwnState {
  constructor(
    private readonly store: Store,
    private readonly sender: Sender,
    private readonly now: () => number,
  ) {}

  async set(conversation: string, patch: MyPatch): Promise<void> {
    const my = this.store.views.get(conversation)?.my;
    if (my !== undefined && (Object.keys(patch) as (keyof MyPatch)[]).every((key) => (my[key] ?? null) === (patch[key] ?? null)))
      return;
    await this.sender.enqueue({
      kind: 'my',
      patch,
      client_id: this.sender.name(),
      conversation,
      at: this.now(),
      state: 'queued',
    });
  }
}
