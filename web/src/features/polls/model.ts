/** What a poll is on this device. Pure. */
import type { Message } from '@/engine';

export interface Poll {
  question: string;
  options: { text: string; count: number; voters?: string[] }[];
  multiple: boolean;
  anonymous: boolean;
  voters: number;
  closes_at?: number | null;
  closed_at?: number | null;
}

export function pollOf({ parts }: Message): Poll | undefined {
  return (parts as { poll?: Poll } | undefined)?.poll;
}

export function isOver({ closed_at, closes_at }: Poll, now: number): boolean {
  return closed_at != null || (closes_at != null && closes_at <= now);
}

/** What `me` has chosen, when the poll itself tells: all of its voters are named. */
export function chosenBy(poll: Poll, me: string): number[] | undefined {
  const all_named = poll.options.every(({ count, voters }) => (voters?.length ?? 0) === count);
  if (poll.anonymous || !all_named) return undefined;
  return poll.options.flatMap(({ voters }, n) => (voters?.includes(me) ? [n] : []));
}

/** After a press on option `n`. */
export function choose({ multiple }: Poll, mine: readonly number[], n: number): number[] {
  if (!multiple) return mine.includes(n) ? [] : [n];
  return mine.includes(n) ? mine.filter((one) => one !== n) : [...mine, n].sort((a, b) => a - b);
}

/** Of those who chose something. */
export function percent(poll: Poll, n: number): number {
  return poll.voters === 0 ? 0 : Math.round((100 * (poll.options[n]?.count ?? 0)) / poll.voters);
}
