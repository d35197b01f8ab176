/** The part of one run that a timeline shows: kept by seq, counted in rows, moved by pages. */
import { ahead, back, first_of, type Log, last_of, lines_in, type Run } from './ranges';

export const window_rows = 150;
export const page_rows = 50;

export type Edge = 'before' | 'after';

export class Span {
  /** Seqs, both included; 0: nothing is shown. */
  from = 0;
  to = 0;
  /** It is at the end, and goes on with the newest run. */
  tail = false;

  constructor(
    private readonly log: () => Log,
    private readonly head: () => number,
  ) {}

  run(): Run | undefined {
    return this.to === 0 ? undefined : this.log().run_at(this.from);
  }

  rows(): number {
    const run = this.run();
    return run === undefined ? 0 : lines_in(run, this.from, this.to);
  }

  clear(): void {
    [this.from, this.to, this.tail] = [0, 0, false];
  }

  /** Around `seq`, if that entry is here. */
  place(seq: number): boolean {
    const run = this.log().run_at(seq);
    if (run === undefined) return false;
    this.to = ahead(run, seq, page_rows + 1);
    this.from = back(run, Math.min(seq, this.to), page_rows / 2 + 1);
    this.note_tail(run);
    return true;
  }

  place_latest(): boolean {
    const run = this.log().newest();
    if (run === undefined) return false;
    this.to = last_of(run);
    this.from = back(run, this.to, page_rows);
    this.tail = true;
    return true;
  }

  /** Moves one edge over what is here; the other gives way beyond the limit. Answers how many rows came in; undefined: nothing is here. */
  move(edge: Edge): number | undefined {
    const run = this.run();
    if (run === undefined) return undefined;
    const { from, to } = this;
    if (edge === 'before') {
      if (first_of(run) >= from) return undefined;
      this.from = back(run, from - 1, page_rows);
      this.to = Math.min(to, ahead(run, this.from, window_rows));
    } else {
      if (last_of(run) <= to) return undefined;
      this.to = ahead(run, to + 1, page_rows);
      this.from = Math.max(from, back(run, this.to, window_rows));
    }
    this.note_tail(run);
    return edge === 'before' ? lines_in(run, this.from, from - 1) : lines_in(run, to + 1, this.to);
  }

  /** A tail takes in what has come: all of it, or up to the limit. */
  extend(run: Run, all: boolean): void {
    const { to } = this;
    this.to = all ? last_of(run) : ahead(run, this.from, window_rows);
    if (lines_in(run, to + 1, this.to) > 0) this.from = Math.max(this.from, back(run, this.to, window_rows));
    // Not note_tail: an own entry may lie behind a hole that is being filled, and the tail must reach it.
    this.tail = this.to === last_of(run);
  }

  /** Below a place in the past is a hole, not the present, though nothing newer is here. */
  private note_tail(run: Run): void {
    this.tail = this.to === last_of(run) && this.to >= this.head();
  }
}
