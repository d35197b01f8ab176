import type { Marks } from '@/engine';

/** How far an own message has come with the others. */
export type Reach = 'sent' | 'delivered' | 'read';

/** Who has read a message and nothing newer that is one: the next begins after `upto`. Its sender is left out. */
export function readersOf(seq: number, upto: number, sender: string, others: Iterable<[string, Marks]>): string[] {
  return [...others].flatMap(([user, { read_seq }]) => (user !== sender && read_seq >= seq && read_seq <= upto ? [user] : []));
}

/** A message is as far as it is with everybody who lets it be known; nobody known means nothing known. */
export function reachOf(seq: number, others: Iterable<Marks>): Reach {
  let reach: Reach | undefined;
  for (const { delivered_seq, read_seq } of others) {
    if (read_seq >= seq) reach ??= 'read';
    else if (delivered_seq < seq) return 'sent';
    else reach = 'delivered';
  }
  return reach ?? 'sent';
}
