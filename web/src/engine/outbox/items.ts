/** What waits for the server: messages, changes to messages, and what one set for oneself in a conversation. */
import type { My } from '../protocol';
import type { Pending } from '../types';

interface Waiting {
  /** UUIDv7: names the row on disk, and its order. */
  client_id: string;
  conversation: string;
  at: number;
  state: 'queued' | 'sending';
}

/** An own change to a message, in the words of the entry it will be. */
export interface MessageChange extends Waiting {
  kind: 'edited' | 'deleted' | 'reacted' | 'unreacted' | 'pinned' | 'unpinned';
  target: number;
  text?: string;
  mentions?: string[];
  emoji?: string;
  /** Shown, but not sent before then: it may be thought better of. */
  not_before?: number;
  /** The server has it, as entry `done` or before; shown until that entry has come too. */
  done?: number;
}

/** What one may set for oneself; null: no more. */
export type MyPatch = { [K in 'notify' | 'favourite' | 'archived' | 'marked_unread']?: My[K] } & {
  [K in 'muted_until' | 'draft']?: My[K] | null;
};

export interface MyChange extends Waiting {
  kind: 'my';
  patch: MyPatch;
}

export type Change = MessageChange | MyChange;
export type Item = Pending | Change;

export const is_change = (item: Item): item is Change => 'kind' in item;

/** Items of one lane go one after the other. What one sets for oneself does not wait for a message that cannot be sent, nor anything for what is held back. */
export function lane_of(item: Item): string {
  if (is_change(item) && item.kind === 'my') return `my ${item.conversation}`;
  return due_of(item) > 0 ? `held ${item.conversation}` : item.conversation;
}

/** When it may be sent; 0: at once. */
export const due_of = (item: Item): number => (is_change(item) && item.kind !== 'my' ? (item.not_before ?? 0) : 0);

const opposites: Partial<Record<MessageChange['kind'], MessageChange['kind']>> = {
  reacted: 'unreacted',
  unreacted: 'reacted',
  pinned: 'unpinned',
  unpinned: 'pinned',
};

/**
 * What becomes of an item that nobody has sent yet when a younger one comes: both stay, the younger stands for both, or
 * they cancel each other.
 */
export function meet(old: Item, young: Item): 'both' | 'young' | 'none' {
  if (!is_change(old) || !is_change(young)) return 'both';
  if (old.kind === 'my' || young.kind === 'my') {
    if (old.kind !== 'my' || young.kind !== 'my') return 'both';
    return Object.keys(old.patch).every((key) => key in young.patch) ? 'young' : 'both';
  }
  if (old.target !== young.target) return 'both';
  if (young.kind === 'deleted') return 'young';
  if (old.kind === 'edited' && young.kind === 'edited') return 'young';
  return opposites[old.kind] === young.kind && old.emoji === young.emoji ? 'none' : 'both';
}
