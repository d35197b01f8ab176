/**
 * What this device holds of one conversation's log: disjoint contiguous runs of entries. Between two runs, and between
 * the last run and the head, is a hole. Entries never change once written, so inserting is idempotent and its order
 * does not matter.
 */
import type { Entry } from '../protocol';

export type Run = readonly Entry[];

export const first_of = (run: Run): number => run[0]?.seq ?? 0;
export const last_of = (run: Run): number => run[run.length - 1]?.seq ?? 0;

export class Log {
  /** Ascending; neighbours never touch. */
  private runs: Entry[][] = [];

  all(): readonly Run[] {
    return this.runs;
  }

  newest(): Run | undefined {
    return this.runs[this.runs.length - 1];
  }

  /** The run that holds `seq`. */
  run_at(seq: number): Run | undefined {
    return this.runs.find((run) => first_of(run) <= seq && seq <= last_of(run));
  }

  get(seq: number): Entry | undefined {
    const run = this.run_at(seq);
    return run?.[seq - first_of(run)];
  }

  /** Entries from `from` to `to`, both included; they must lie in one run. */
  slice(from: number, to: number): Run {
    const run = this.run_at(from);
    return run === undefined ? [] : run.slice(from - first_of(run), to - first_of(run) + 1);
  }

  /** True if anything was new. */
  insert(entries: Run): boolean {
    let changed = false;
    let start = 0;
    for (let i = 1; i <= entries.length; i += 1) {
      if (i < entries.length && entries[i]?.seq === (entries[i - 1]?.seq ?? 0) + 1) continue;
      if (i > start) changed = this.insert_run(entries.slice(start, i)) || changed;
      start = i;
    }
    return changed;
  }

  private insert_run(run: Entry[]): boolean {
    const newest = this.runs[this.runs.length - 1];
    if (newest !== undefined && first_of(run) === last_of(newest) + 1) {
      newest.push(...run);
      return true;
    }
    const [from, to] = [first_of(run), last_of(run)];
    // The runs that overlap or touch the new one become one with it.
    const start = this.runs.findIndex((have) => last_of(have) >= from - 1);
    if (start === -1) {
      this.runs.push(run);
      return true;
    }
    let end = start;
    while (end < this.runs.length && first_of(this.runs[end] ?? []) <= to + 1) end += 1;
    const touched = this.runs.slice(start, end);
    const holder = touched[0];
    if (holder !== undefined && first_of(holder) <= from && last_of(holder) >= to) return false;
    const merged: Entry[] = [];
    for (const part of [...touched, run].sort((a, b) => first_of(a) - first_of(b))) {
      const have = merged.length === 0 ? first_of(part) - 1 : last_of(merged);
      merged.push(...part.filter((entry) => entry.seq > have));
    }
    this.runs.splice(start, touched.length, merged);
    return true;
  }

  /** Keeps the newest `count` entries of the newest run: what a conversation nobody looks at may cost. */
  trim(count: number): void {
    const newest = this.newest();
    this.runs = newest === undefined ? [] : [newest.slice(-count)];
  }
}
