/**
 * What a timeline has read from the server lately, of a run that does not reach the head: entries about such messages
 * are not folded in as they come, so the window is read again.
 */
import type { LogPage } from '../protocol';
import { is_mutation } from './fold';
import type { Log } from './ranges';

export class Freshness {
  private from = 1;
  private to = 0;
  /** Everything up to here is in what was read. */
  private seen = 0;

  /** `page` answers a question for entries from `from` on. */
  note({ entries, head_seq }: LogPage): void {
    const [first, last] = [entries[0], entries[entries.length - 1]];
    if (first === undefined || last === undefined) return;
    if (first.seq <= this.to + 1 && last.seq >= this.from - 1) {
      this.from = Math.min(this.from, first.seq);
      this.to = Math.max(this.to, last.seq);
      this.seen = Math.min(this.seen, head_seq);
    } else {
      this.set(first.seq, last.seq, head_seq);
    }
  }

  set(from: number, to: number, head: number): void {
    [this.from, this.to, this.seen] = [from, to, head];
  }

  /** May something have happened to the messages from `from` to `to` since? */
  lacks(log: Log, head: number, from: number, to: number): boolean {
    if (from < this.from || to > this.to) return true;
    const news = log.slice(this.seen + 1, head);
    if (news.length < head - this.seen) return true;
    if (news.some((entry) => is_mutation(entry) && entry.target >= from && entry.target <= to)) return true;
    this.seen = Math.max(this.seen, head);
    return false;
  }
}
