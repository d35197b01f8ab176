/**
 * One conversation on screen: a window over one contiguous run of its log, moved by pages. The window is kept by seq, so
 * growing memory does not move it. At the end of the log it is a `tail`: live entries extend it.
 */
import type { LogPage } from '../protocol';
import type { LogQuery } from '../transport/api';
import type { Pending, Row, Timeline, TimelineWindow } from '../types';
import { first_of, last_of, type Run } from './ranges';
import type { Store } from './store';

export const window_rows = 150;
export const page_rows = 50;
/** A tail that fell further behind than this starts anew at the present instead of filling the hole. */
const most_gap = 500;
/** An `ok` may overtake the entries before it; those are on their way. */
const gap_wait_ms = 300;
const gap_again_ms = 5_000;

export interface TimelineSource {
  store: Store;
  /** Entries kept on this device from an earlier run, if any; puts them into the store. */
  load_cached(conversation: string): Promise<void>;
  /** Asks the server; puts the entries into the store. */
  fetch(conversation: string, query: LogQuery, limit: number): Promise<LogPage>;
  after(ms: number, work: () => void): () => void;
  closed(timeline: TimelineState): void;
}

type Loading = TimelineWindow['loading'];

export class TimelineState implements Timeline {
  opened_at_read_seq = 0;
  private from = 0;
  private to = 0;
  private tail = false;
  private following = true;
  private floor = 1;
  private loading: Loading = 'none';
  private error: string | undefined;
  private busy: Promise<void> | undefined;
  private window: TimelineWindow;
  private closed = false;
  private cancel_gap: (() => void) | undefined;
  /** Own rows whose entry is known but still behind a hole. */
  private held: Pending[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly forget: (() => void)[];

  constructor(
    private readonly source: TimelineSource,
    readonly conversation: string,
    at?: { seq: number },
  ) {
    this.forget = [source.store.watch(conversation), source.store.touched.subscribe(conversation, () => this.refresh())];
    this.window = this.build();
    void this.open(at?.seq);
  }

  readonly snapshot = (): TimelineWindow => this.window;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  follow(following: boolean): void {
    this.following = following;
  }

  page_before(): Promise<void> {
    return this.page('before');
  }

  page_after(): Promise<void> {
    return this.page('after');
  }

  async jump_to(seq: number): Promise<void> {
    await this.busy;
    if (this.place(seq)) return this.refresh();
    await this.work('initial', async () => {
      await this.fetch({ around: seq }, page_rows);
      if (!this.place(seq)) throw new Error('There is no such message.');
    });
  }

  async jump_to_latest(): Promise<void> {
    await this.busy;
    const { store } = this.source;
    this.following = true;
    if (last_of(store.log(this.conversation).newest() ?? []) >= store.head(this.conversation) && this.place_latest())
      return this.refresh();
    await this.work('initial', async () => {
      await this.fetch({ latest: true }, page_rows);
      this.place_latest();
    });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancel_gap?.();
    for (const forget of this.forget.splice(0)) forget();
    this.listeners.clear();
    this.source.closed(this);
  }

  /** The reader wrote something: bring them to it. */
  async own_sent(): Promise<void> {
    this.following = true;
    if (!this.tail || this.gap() > most_gap) await this.jump_to_latest();
  }

  private async open(at: number | undefined): Promise<void> {
    await this.work('initial', async () => {
      if (!this.show_known(at)) await this.source.load_cached(this.conversation);
      if (this.closed || this.to > 0 || this.show_known(at)) return;
      const target = this.target(at);
      try {
        await this.fetch(target === undefined ? { latest: true } : { around: target }, page_rows);
      } catch (error) {
        // Offline with something cached, though not the place asked for: better than nothing.
        if (!this.place_latest()) throw error;
      }
      if (this.to === 0 && !this.show_known(at)) this.place_latest();
    });
    // The cache may end before the head: its hole is filled now, behind what is already on screen.
    this.plan_gap(0);
  }

  /** Where to open: a given seq, else the first unread, else (undefined) the bottom. Fixes the "New" divider on the way. */
  private target(at: number | undefined): number | undefined {
    const row = this.source.store.row(this.conversation)?.conversation;
    if (row !== undefined && row.unread > 0) this.opened_at_read_seq = row.my.read_seq;
    if (at !== undefined) return at;
    return this.opened_at_read_seq > 0 ? this.opened_at_read_seq + 1 : undefined;
  }

  private show_known(at: number | undefined): boolean {
    const target = this.target(at);
    return target === undefined ? this.place_latest() : this.place(target);
  }

  /** Puts the window around `seq`, if that entry is here. */
  private place(seq: number): boolean {
    const run = this.source.store.log(this.conversation).run_at(seq);
    if (run === undefined) return false;
    this.to = Math.min(last_of(run), seq + page_rows);
    this.from = Math.max(first_of(run), Math.min(seq, this.to) - page_rows / 2);
    this.note_tail(run);
    return true;
  }

  private place_latest(): boolean {
    const run = this.source.store.log(this.conversation).newest();
    if (run === undefined) return false;
    this.to = last_of(run);
    this.from = Math.max(first_of(run), this.to - page_rows + 1);
    this.note_tail(run);
    return true;
  }

  private note_tail(run: Run): void {
    this.tail = this.to === last_of(run) && run === this.source.store.log(this.conversation).newest();
  }

  private page(edge: 'before' | 'after'): Promise<void> {
    if (this.busy !== undefined) return this.busy;
    if (edge === 'before' ? !this.window.has_before : !this.window.has_after) return Promise.resolve();
    if (this.move(edge)) {
      this.refresh();
      return Promise.resolve();
    }
    return this.work(edge, async () => {
      const page = await this.fetch(edge === 'before' ? { before: this.from } : { after: this.to }, page_rows);
      if (page.entries.length === 0 && edge === 'before') this.floor = this.from;
      this.move(edge);
    });
  }

  /** Moves one edge over entries that are here; the other edge gives way beyond the limit. False: there are none. */
  private move(edge: 'before' | 'after'): boolean {
    const run = this.source.store.log(this.conversation).run_at(this.from);
    if (run === undefined) return false;
    if (edge === 'before') {
      if (first_of(run) >= this.from) return false;
      this.from = Math.max(first_of(run), this.from - page_rows);
      this.to = Math.min(this.to, this.from + window_rows - 1);
    } else {
      if (last_of(run) <= this.to) return false;
      this.to = Math.min(last_of(run), this.to + page_rows);
      this.from = Math.max(this.from, this.to - window_rows + 1);
    }
    this.note_tail(run);
    return true;
  }

  /** Something happened to the conversation. */
  private refresh(): void {
    if (this.closed) return;
    const run = this.source.store.log(this.conversation).run_at(this.from);
    if (this.to === 0 && this.busy === undefined) this.place_latest();
    else if (run === undefined) [this.from, this.to, this.tail] = [0, 0, false];
    else if (this.tail && last_of(run) > this.to) this.extend(run);
    this.publish();
    if (this.tail) this.plan_gap(gap_wait_ms);
  }

  private extend(run: Run): void {
    const room = this.following ? Number.POSITIVE_INFINITY : this.from + window_rows - 1;
    this.to = Math.min(last_of(run), room);
    this.from = Math.max(this.from, this.to - window_rows + 1);
    // Not note_tail: an own entry may lie behind a hole that is being filled, and the tail must reach it.
    this.tail = this.to === last_of(run);
  }

  /** A tail that does not reach the head has a hole below it. */
  private plan_gap(wait_ms: number): void {
    if (this.closed || this.cancel_gap !== undefined || this.gap() <= 0) return;
    this.cancel_gap = this.source.after(wait_ms, () => {
      this.cancel_gap = undefined;
      void this.fill_gap();
    });
  }

  private gap(): number {
    return this.tail ? this.source.store.head(this.conversation) - this.to : 0;
  }

  private async fill_gap(): Promise<void> {
    await this.busy;
    const gap = this.gap();
    if (this.closed || gap <= 0) return;
    if (gap > most_gap) return this.following ? this.jump_to_latest() : undefined;
    try {
      await this.source.fetch(this.conversation, { after: this.to }, most_gap);
    } catch {
      this.plan_gap(gap_again_ms);
    }
  }

  private fetch(query: LogQuery, limit: number): Promise<LogPage> {
    return this.source.fetch(this.conversation, query, limit);
  }

  private work(loading: Loading, steps: () => Promise<void>): Promise<void> {
    this.loading = loading;
    this.error = undefined;
    this.publish();
    this.busy = steps()
      .catch((error: unknown) => {
        this.error = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        this.busy = undefined;
        this.loading = 'none';
        if (!this.closed) this.refresh();
      });
    return this.busy;
  }

  private publish(): void {
    const next = this.build();
    if (same(this.window, next)) return;
    this.window = next;
    for (const listener of this.listeners) listener();
  }

  private build(): TimelineWindow {
    const { store } = this.source;
    const me = store.me.get().id;
    const entries = this.to === 0 ? [] : store.log(this.conversation).slice(this.from, this.to);
    const known = new Map(this.window?.rows.map((row) => [row.key, row]));
    const rows: Row[] = entries.map((entry) => {
      const own = entry.kind === 'message' && entry.message.sender === me;
      const key = own ? entry.message.client_id : String(entry.seq);
      const old = known.get(key);
      return old?.type === 'entry' && old.entry === entry ? old : { key, type: 'entry', entry };
    });
    const has_after = !this.tail && store.head(this.conversation) > this.to;
    if (!has_after) this.add_pending(rows, known);
    return {
      rows,
      has_before: this.to > 0 && this.from > this.floor,
      has_after: has_after || (this.tail && this.gap() > most_gap),
      loading: this.loading,
      ...(this.error !== undefined && { error: this.error }),
    };
  }

  private add_pending(rows: Row[], known: Map<string, Row>): void {
    const shown = new Set(rows.map((row) => row.key));
    const waiting = this.source.store.pending(this.conversation);
    const ids = new Set(waiting.map((row) => row.client_id));
    const log = this.source.store.log(this.conversation).newest() ?? [];
    const lost = (row: Pending) => !ids.has(row.client_id) && !shown.has(row.client_id) && last_of(log) > this.to;
    this.held = this.held.filter(lost);
    for (const row of known.values()) {
      if (row.type === 'pending' && lost(row.pending) && !this.held.some((held) => held.client_id === row.key))
        this.held.push(row.pending);
    }
    for (const pending of [...this.held, ...waiting]) {
      if (shown.has(pending.client_id)) continue;
      const old = known.get(pending.client_id);
      rows.push(old?.type === 'pending' && old.pending === pending ? old : { key: pending.client_id, type: 'pending', pending });
    }
  }
}

function same(a: TimelineWindow, b: TimelineWindow): boolean {
  return (
    a.has_before === b.has_before &&
    a.has_after === b.has_after &&
    a.loading === b.loading &&
    a.error === b.error &&
    a.rows.length === b.rows.length &&
    a.rows.every((row, i) => row === b.rows[i])
  );
}
