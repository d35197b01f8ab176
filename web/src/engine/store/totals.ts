/** What calls the reader, over all conversations. */
import type { Conversation } from '../protocol';
import { Cell } from './cells';

interface Counts {
  unread: number;
  mentions: number;
}

const nothing: Counts = { unread: 0, mentions: 0 };

export class Totals {
  readonly unread = new Cell(0);
  readonly mentions = new Cell(0);
  private readonly counted = new Map<string, Counts>();

  /** undefined: one is no member any more. */
  set(id: string, conversation: Conversation | undefined, now: number): void {
    const old = this.counted.get(id) ?? nothing;
    const next = conversation === undefined ? nothing : counts_of(conversation, now);
    this.counted.set(id, next);
    this.unread.set(this.unread.get() + next.unread - old.unread);
    this.mentions.set(this.mentions.get() + next.mentions - old.mentions);
  }
}

export const is_muted = ({ my }: Conversation, now: number): boolean => my.notify === 'nothing' || (my.muted_until ?? 0) > now;

/** A mention gets through to who muted or put aside a conversation, unless they want nothing of it, or not yet. */
function counts_of(conversation: Conversation, now: number): Counts {
  const { my, unread, mentions } = conversation;
  if (my.request != null) return nothing;
  return {
    unread: is_muted(conversation, now) || my.archived ? 0 : unread,
    mentions: my.notify === 'nothing' ? 0 : mentions,
  };
}
