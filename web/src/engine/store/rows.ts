/** From the entries of a window and what waits to be sent to the rows on screen. A row that did not change keeps its object. */
import type { Entry } from '../protocol';
import type { Pending, Row } from '../types';
import { is_line } from './fold';
import { last_of } from './ranges';
import type { Store } from './store';

export class Rows {
  private known = new Map<string, Row>();
  /** Own rows whose entry is known but still behind a hole. */
  private held: Pending[] = [];

  constructor(
    private readonly store: Store,
    private readonly conversation: string,
  ) {}

  /** `to`: where the entries end. `bottom`: nothing comes after them, so what waits does. */
  build(entries: readonly Entry[], to: number, bottom: boolean): Row[] {
    const me = this.store.me.get().id;
    const rows: Row[] = [];
    for (const told of entries) {
      if (!is_line(told)) continue;
      const entry = this.store.overlay.entry(told);
      const own = entry.kind === 'message' && entry.message.sender === me;
      const key = own ? entry.message.client_id : String(entry.seq);
      const old = this.known.get(key);
      rows.push(old?.type === 'entry' && old.entry === entry ? old : { key, type: 'entry', entry });
    }
    if (bottom) this.add_pending(rows, to);
    this.known = new Map(rows.map((row) => [row.key, row]));
    return rows;
  }

  private add_pending(rows: Row[], to: number): void {
    const shown = new Set(rows.map((row) => row.key));
    const waiting = this.store.pending(this.conversation);
    const ids = new Set(waiting.map((row) => row.client_id));
    const log = this.store.log(this.conversation).newest() ?? [];
    const lost = (row: Pending) => !ids.has(row.client_id) && !shown.has(row.client_id) && last_of(log) > to;
    this.held = this.held.filter(lost);
    for (const row of this.known.values()) {
      if (row.type === 'pending' && lost(row.pending) && !this.held.some((held) => held.client_id === row.key))
        this.held.push(row.pending);
    }
    for (const pending of [...this.held, ...waiting]) {
      if (shown.has(pending.client_id)) continue;
      const old = this.known.get(pending.client_id);
      rows.push(old?.type === 'pending' && old.pending === pending ? old : { key: pending.client_id, type: 'pending', pending });
    }
  }
}
