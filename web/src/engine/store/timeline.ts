/**
 * One conversation on screen: a window over one contiguous run of its log, moved by pages. The window is kept by seq, so
 * growing memory does not move it. At the end of the log it is a `tail`: live entries extend it. A window over a run that
 * does not reach the head is shown at once and read again behind it.
 */
import type { LogPage } from '../protocol';
import type { LogQuery } from '../transport/api';
import type { Timeline, TimelineWindow } from '../types';
import { Freshness } from './freshness';
import { last_of } from './ranges';
import { Rows } from './rows';
import { type Edge, page_rows, Span } from './span';
import type { Store } from './store';

/** Most entries of one answer. A tail that fell further behind starts anew at the present instead of filling the hole. */
const most_gap = 500;
/** An `ok` may overtake the entries before it, and a replay the live ones; those are on their way. */
const gap_wait_ms = 300;
const gap_again_ms = 5_000;
/** A page with fewer rows is followed by the next: most of it was reactions. */
const few_rows = 10;

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
  private readonly span: Span;
  private readonly rows: Rows;
  private readonly fresh = new Freshness();
  private following = true;
  private floor = 1;
  private loading: Loading = 'none';
  private error: string | undefined;
  private busy: Promise<void> | undefined;
  private window: TimelineWindow;
  private closed = false;
  private cancel_gap: (() => void) | undefined;
  private cancel_check: (() => void) | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly forget: (() => void)[];

  constructor(
    private readonly source: TimelineSource,
    readonly conversation: string,
    at?: { seq: number },
  ) {
    const { store } = source;
    this.span = new Span(
      () => store.log(conversation),
      () => this.head(),
    );
    this.rows = new Rows(store, conversation);
    this.forget = [store.watch(conversation), store.touched.subscribe(conversation, () => this.refresh())];
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
    if (this.span.place(seq)) return this.refresh();
    await this.work('initial', async () => {
      await this.fetch({ around: seq }, page_rows);
      if (!this.span.place(seq)) throw new Error('There is no such message.');
    });
  }

  async jump_to_latest(): Promise<void> {
    await this.busy;
    this.following = true;
    const newest = this.source.store.log(this.conversation).newest() ?? [];
    if (last_of(newest) >= this.head() && this.span.place_latest()) {
      this.refresh();
    } else {
      await this.work('initial', async () => {
        await this.fetch({ latest: true }, page_rows);
        this.span.place_latest();
      });
    }
    await this.top_up();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancel_gap?.();
    this.cancel_check?.();
    for (const forget of this.forget.splice(0)) forget();
    this.listeners.clear();
    this.source.closed(this);
  }

  /** The reader wrote something: bring them to it. */
  async own_sent(): Promise<void> {
    this.following = true;
    if (!this.span.tail || this.gap() > most_gap) await this.jump_to_latest();
  }

  private async open(at: number | undefined): Promise<void> {
    // What is in memory is there before anybody has to wait for it.
    if (this.show_known(at)) this.refresh();
    else await this.find(at);
    // The cache may end before the head: its hole is filled now, behind what is already on screen.
    this.plan_gap(0);
    await this.top_up();
  }

  private find(at: number | undefined): Promise<void> {
    return this.work('initial', async () => {
      await this.source.load_cached(this.conversation);
      if (this.closed || this.span.to > 0 || this.show_known(at)) return;
      const target = this.target(at);
      try {
        await this.fetch(target === undefined ? { latest: true } : { around: target }, page_rows);
      } catch (error) {
        // Offline with something cached, though not the place asked for: better than nothing.
        if (!this.span.place_latest()) throw error;
      }
      if (this.span.to === 0 && !this.show_known(at)) this.span.place_latest();
    });
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
    return target === undefined ? this.span.place_latest() : this.span.place(target);
  }

  private page(edge: Edge): Promise<void> {
    if (this.busy !== undefined) return this.busy;
    if (edge === 'before' ? !this.window.has_before : !this.window.has_after) return Promise.resolve();
    if (this.span.move(edge)) {
      this.refresh();
      return Promise.resolve();
    }
    return this.work(edge, () => this.fetch_page(edge));
  }

  private async fetch_page(edge: Edge): Promise<void> {
    const { span } = this;
    let limit = page_rows;
    for (let rows = 0; rows < few_rows && (edge === 'after' || span.from > this.floor); limit = most_gap) {
      const page = await this.fetch(edge === 'before' ? { before: span.from } : { after: span.to }, limit);
      if (page.entries.length === 0 && edge === 'before') this.floor = span.from;
      const moved = span.move(edge);
      if (moved === undefined) return;
      rows += moved;
    }
  }

  /** A window of hardly anything but reactions would look empty. */
  private async top_up(): Promise<void> {
    if (!this.closed && this.span.to > 0 && this.span.rows() < few_rows) await this.page_before();
  }

  /** Something happened to the conversation. */
  private refresh(): void {
    if (this.closed) return;
    const { span } = this;
    const run = span.run();
    if (span.to === 0 && this.busy === undefined) span.place_latest();
    else if (run === undefined) span.clear();
    else if (span.tail && last_of(run) > span.to) span.extend(run, this.following);
    this.publish();
    if (span.tail) this.plan_gap(gap_wait_ms);
    this.plan_check(gap_wait_ms);
  }

  /** A tail that does not reach the head has a hole below it. */
  private plan_gap(wait_ms: number): void {
    if (this.closed || this.cancel_gap !== undefined || this.gap() <= 0) return;
    this.cancel_gap = this.source.after(wait_ms, () => {
      this.cancel_gap = undefined;
      void this.fill_gap();
    });
  }

  private head(): number {
    return this.source.store.head(this.conversation);
  }

  private gap(): number {
    return this.span.tail ? this.head() - this.span.to : 0;
  }

  private async fill_gap(): Promise<void> {
    await this.busy;
    const gap = this.gap();
    if (this.closed || gap <= 0) return;
    if (gap > most_gap) return this.following ? this.jump_to_latest() : undefined;
    try {
      await this.source.fetch(this.conversation, { after: this.span.to }, most_gap);
    } catch {
      this.plan_gap(gap_again_ms);
    }
  }

  /** What is on screen may have been edited without a word. */
  private plan_check(wait_ms: number): void {
    if (this.closed || this.cancel_check !== undefined || !this.is_stale()) return;
    this.cancel_check = this.source.after(wait_ms, () => {
      this.cancel_check = undefined;
      void this.check();
    });
  }

  private is_stale(): boolean {
    const { span } = this;
    const run = span.run();
    const gap = this.gap();
    // Below a hole that is being filled nothing needs to be read twice.
    if (run === undefined || last_of(run) >= this.head() || (span.tail && gap <= most_gap)) return false;
    return this.fresh.lacks(this.source.store.log(this.conversation), this.head(), span.from, span.to);
  }

  private async check(): Promise<void> {
    await this.busy;
    if (this.closed || !this.is_stale()) return;
    const { from, to } = this.span;
    let head = Number.POSITIVE_INFINITY;
    try {
      for (let at = from; at <= to; ) {
        const page = await this.source.fetch(this.conversation, { after: at - 1 }, Math.min(to - at + 1, most_gap));
        head = Math.min(head, page.head_seq);
        at = last_of(page.entries) + 1;
        if (page.entries.length === 0) break;
      }
      this.fresh.set(from, to, head);
      this.plan_check(gap_wait_ms);
    } catch {
      this.plan_check(gap_again_ms);
    }
  }

  private async fetch(query: LogQuery, limit: number): Promise<LogPage> {
    const page = await this.source.fetch(this.conversation, query, limit);
    this.fresh.note(page);
    return page;
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
    const { span } = this;
    const entries = span.to === 0 ? [] : this.source.store.log(this.conversation).slice(span.from, span.to);
    const has_after = !span.tail && this.head() > span.to;
    return {
      rows: this.rows.build(entries, span.to, !has_after),
      has_before: span.to > 0 && span.from > this.floor,
      has_after: has_after || (span.tail && this.gap() > most_gap),
      loading: this.loading,
      ...(this.error !== undefined && { error: this.error }),
    };
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
