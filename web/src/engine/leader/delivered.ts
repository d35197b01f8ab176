/** Tells the server what has reached this device. What is not told is told after the next welcome. */
import type { Env } from '../env';
import type { Entry, Head } from '../protocol';
import type { Store } from '../store/store';
import type { Socket } from './socket';

const gather_ms = 1_000;
/** After a long absence there may be many conversations; the server counts frames. */
const most_at_once = 100;

export class Delivered {
  private readonly waiting = new Map<string, number>();
  private readonly told = new Map<string, number>();
  private cancel: (() => void) | undefined;

  constructor(
    private readonly env: Env,
    private readonly store: Store,
    private readonly socket: Socket,
  ) {}

  welcome(heads: readonly Head[]): void {
    for (const [id, head_seq, , unread] of heads) if (unread > 0) this.note(id, head_seq);
  }

  arrived(conversation: string, entries: readonly Entry[]): void {
    const me = this.store.me.get().id;
    const last = entries.findLast((entry) => entry.kind === 'message' && entry.message.sender !== me);
    if (last !== undefined) this.note(conversation, last.seq);
  }

  pause(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.waiting.clear();
  }

  private note(conversation: string, seq: number): void {
    const my = this.store.row(conversation)?.conversation.my;
    const known = Math.max(my?.delivered_seq ?? 0, my?.read_seq ?? 0, this.told.get(conversation) ?? 0);
    if (seq <= known) return;
    this.waiting.set(conversation, Math.max(seq, this.waiting.get(conversation) ?? 0));
    this.cancel ??= this.env.after(gather_ms, () => this.tell());
  }

  private tell(): void {
    this.cancel = undefined;
    for (const [conversation, seq] of [...this.waiting].slice(0, most_at_once)) {
      this.waiting.delete(conversation);
      if (this.socket.say({ op: 'delivered', conversation, seq })) this.told.set(conversation, seq);
    }
    if (this.waiting.size > 0) this.cancel = this.env.after(gather_ms, () => this.tell());
  }
}
