/**
 * What this device holds of one conversation's log: disjoint contiguous runs of entries. Between two runs, and between
 * the last run and the head, is a hole. In each run every message has all of the run's entries about it folded in
 * (`fold.ts`), so inserting is idempotent and its order does not matter. Across a hole nothing is folded: a run that does
 * not reach the head may be stale.
 */
import type { Entry } from '../protocol';
import { fold, is_line, is_mutation, newer } from './fold';

export type Run = readonly Entry[];

export const first_of = (run: Run): number => run[0]?.seq ?? 0;
export const last_of = (run: Run): number => run[run.length - 1]?.seq ?? 0;

export class Log {
  /** Ascending; neighbours never touch. */
  private runs: Entry[][] = [];

  constructor(private readonly me: string) {}

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
      this.replay(newest, run);
      return true;
    }
    const [from, to] = [first_of(run), last_of(run)];
    // The runs that overlap or touch the new one become one with it.
    let start = this.runs.findIndex((have) => last_of(have) >= from - 1);
    if (start === -1) start = this.runs.length;
    let end = start;
    while (end < this.runs.length && first_of(this.runs[end] ?? []) <= to + 1) end += 1;
    const touched = this.runs.slice(start, end);
    const [merged, changed] = merge(touched, run);
    if (!changed) return false;
    this.replay(merged, merged);
    this.runs.splice(start, touched.length, merged);
    return true;
  }

  /** Folds what `entries`, a part of the run in order, say about its messages. */
  private replay(run: Entry[], entries: Run): void {
    let gone = false;
    for (const entry of entries) {
      if (!is_mutation(entry)) continue;
      const at = entry.target - first_of(run);
      const target = run[at];
      if (target?.kind !== 'message') continue;
      const message = fold(target.message, entry, this.me);
      if (message !== target.message) run[at] = { ...target, message };
      gone ||= message.deleted === true && (entry.kind === 'deleted' || entry.kind === 'edited');
    }
    if (gone) forget_edits(run);
  }

  /** Keeps the end of the newest run: what a conversation nobody looks at may cost. */
  trim(lines: number, most: number): void {
    const newest = this.newest();
    this.runs = newest === undefined ? [] : [newest.slice(newest.length - end_of(newest, lines, most))];
  }
}

/** What edits said of a message that was taken back goes with it. */
function forget_edits(run: Entry[]): void {
  for (const [i, entry] of run.entries()) {
    if (entry.kind !== 'edited' || entry.text === '') continue;
    const target = run[entry.target - first_of(run)];
    if (target?.kind !== 'message' || !target.message.deleted) continue;
    const { mentions: _, ...rest } = entry;
    run[i] = { ...rest, text: '' };
  }
}

/** The runs and a new one that touches them all, as one; whether that is anything new. */
function merge(runs: readonly Run[], fresh: Run): [Entry[], boolean] {
  const from = Math.min(first_of(runs[0] ?? fresh), first_of(fresh));
  const merged: Entry[] = [];
  for (const run of runs) for (const entry of run) merged[entry.seq - from] = entry;
  let changed = runs.length !== 1;
  for (const entry of fresh) {
    const have = merged[entry.seq - from];
    const kept = have === undefined ? entry : newer(have, entry);
    changed ||= kept !== have;
    merged[entry.seq - from] = kept;
  }
  return [merged, changed];
}

/** How many entries at the end of a run hold its last `lines` rows, but at most so many. */
export function end_of(run: Run, lines: number, most: number): number {
  let count = 0;
  let left = lines;
  for (let i = run.length - 1; i >= 0 && left > 0 && count < most; i -= 1) {
    const entry = run[i];
    if (entry !== undefined && is_line(entry)) left -= 1;
    count += 1;
  }
  return count;
}

/** How many rows lie between two places of a run, both included. */
export function lines_in(run: Run, from: number, to: number): number {
  let lines = 0;
  for (let seq = from; seq <= to; seq += 1) if (line_at(run, seq)) lines += 1;
  return lines;
}

/** The first place from which there are at most `lines` rows up to `seq`; at most to the end of the run. */
export function back(run: Run, seq: number, lines: number): number {
  let left = lines;
  let at = seq + 1;
  while (at > first_of(run) && (left > 0 || !line_at(run, at - 1))) {
    at -= 1;
    if (line_at(run, at)) left -= 1;
  }
  return at;
}

/** The last place up to which there are at most `lines` rows from `seq`; at most to the end of the run. */
export function ahead(run: Run, seq: number, lines: number): number {
  let left = lines;
  let at = seq - 1;
  while (at < last_of(run) && (left > 0 || !line_at(run, at + 1))) {
    at += 1;
    if (line_at(run, at)) left -= 1;
  }
  return at;
}

function line_at(run: Run, seq: number): boolean {
  const entry = run[seq - first_of(run)];
  return entry !== undefined && is_line(entry);
}
