/** What the reader sets for themselves in a conversation: shown at once, and sent in its turn. */

import type { Desk } from '../outbox/desk';
import type { MyPatch } from '../outbox/items';
import type { Store } from '../store/store';

/** What holds where nothing is said. */
const unset: Required<MyPatch> = {
  notify: 'all',
  favourite: false,
  archived: false,
  marked_unread: false,
  muted_until: null,
  draft: null,
};

export class OwnState {
  constructor(
    private readonly store: Store,
    private readonly desk: Desk,
    private readonly now: () => number,
  ) {}

  async set(conversation: string, patch: MyPatch): Promise<void> {
    const my = this.store.views.get(conversation)?.my;
    const keys = Object.keys(patch) as (keyof MyPatch)[];
    if (my !== undefined && keys.every((key) => (my[key] ?? unset[key]) === (patch[key] ?? unset[key]))) return;
    await this.desk.enqueue({
      kind: 'my',
      patch,
      client_id: this.desk.name(),
      conversation,
      at: this.now(),
      state: 'queued',
    });
  }
}
