import type { Marks } from '@/engine';

/** How far an own message has come with the others. */
export type Reach = 'sent' | 'delivered' | 'read';

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
