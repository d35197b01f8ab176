/** Single messages by place, wherever they lie in the log: what a reply quotes. Asked for in batches when someone looks. */
import type { Entry, Message } from '../protocol';
import type { Readable } from '../types';
import { EntityMap } from './cells';
import { is_mutation } from './fold';
import type { Store } from './store';

const batch_ms = 10;
const most_seqs = 100;
/** Kept beside the log; the oldest go first. */
const most_kept = 500;

export class Messages {
  /** `null`: there is no such message, or not for us. */
  private readonly fetched = new EntityMap<Entry | null>();
  private readonly asked = new Set<string>();
  private readonly wanted = new Map<string, number[]>();
  private cancel: (() => void) | undefined;

  constructor(
    private readonly store: Store,
    private readonly after: (ms: number, work: () => void) => () => void,
    private readonly fetch: (conversation: string, seqs: number[]) => Promise<readonly Message[]>,
  ) {}

  readable(conversation: string, seq: number): Readable<Message | null | undefined> {
    const key = `${conversation} ${seq}`;
    return {
      get: () => this.known(conversation, seq) ?? this.want(conversation, seq),
      subscribe: (listener) => {
        const stops = [this.fetched.subscribe(key, listener), this.store.touched.subscribe(conversation, listener)];
        return () => {
          for (const stop of stops) stop();
        };
      },
    };
  }

  /** Asks again for those that could not be fetched. */
  again(): void {
    if (this.wanted.size > 0) void this.ask();
  }

  /** What is not in the log changes without a word: it is asked for again. */
  heard(conversation: string, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (!is_mutation(entry)) continue;
      const key = `${conversation} ${entry.target}`;
      if (this.fetched.get(key) == null || this.known(conversation, entry.target) !== undefined) continue;
      this.asked.delete(key);
      this.want(conversation, entry.target);
    }
  }

  private known(conversation: string, seq: number): Message | null | undefined {
    return this.shown(this.store.log(conversation).get(seq));
  }

  private shown(entry: Entry | null | undefined): Message | null | undefined {
    if (entry == null) return entry;
    const shown = this.store.overlay.entry(entry);
    return shown.kind === 'message' ? shown.message : null;
  }

  private want(conversation: string, seq: number): Message | null | undefined {
    const key = `${conversation} ${seq}`;
    if (!this.asked.has(key)) {
      this.asked.add(key);
      this.wanted.set(conversation, [...(this.wanted.get(conversation) ?? []), seq]);
      this.cancel ??= this.after(batch_ms, () => void this.ask());
    }
    return this.shown(this.fetched.get(key));
  }

  private async ask(): Promise<void> {
    this.cancel?.();
    this.cancel = undefined;
    const wanted = [...this.wanted];
    this.wanted.clear();
    for (const [conversation, all] of wanted) {
      for (let i = 0; i < all.length; i += most_seqs) await this.take(conversation, all.slice(i, i + most_seqs));
    }
  }

  private async take(conversation: string, seqs: number[]): Promise<void> {
    try {
      const found = new Map((await this.fetch(conversation, seqs)).map((message) => [message.seq, message]));
      for (const seq of seqs) this.fetched.set(`${conversation} ${seq}`, entry_of(found.get(seq)));
      for (const key of this.fetched.keys()) {
        if (this.fetched.size <= most_kept) break;
        this.fetched.delete(key);
        this.asked.delete(key);
      }
    } catch {
      this.wanted.set(conversation, [...(this.wanted.get(conversation) ?? []), ...seqs]);
    }
  }
}

function entry_of(message: Message | undefined): Entry | null {
  if (message === undefined) return null;
  const { conversation, seq, sender, at } = message;
  return { conversation, seq, actor: sender, at, kind: 'message', message };
}
