/** What is known of others right now: how far they have read, whether they write, whether they are there. Kept nowhere. */
import type { Env } from '../env';
import type { Entry } from '../protocol';
import type { Marks, OwnPresence, Presence, Receipts } from '../types';
import { Cell, EntityMap } from './cells';

export type LiveFact =
  /** How far others are in a conversation; told of some or of all. */
  | { fact: 'receipts'; conversation: string; marks: (Partial<Marks> & { user: string })[] }
  | { fact: 'typing'; conversation: string; user: string; on: boolean }
  | { fact: 'presence'; presence: Presence }
  /** The connection is a new one: who is there will be told anew. */
  | { fact: 'presence_unknown' }
  /** How the reader wants to be seen. */
  | { fact: 'own_presence'; status: OwnPresence };

/** Whoever goes on writing says so every three seconds. */
const typing_ms = 6_000;

const no_marks: Marks = { delivered_seq: 0, read_seq: 0 };

export class Live {
  readonly receipts = new EntityMap<Receipts>();
  readonly typing = new EntityMap<readonly string[]>();
  readonly presence = new EntityMap<Presence>();
  readonly own = new Cell<OwnPresence>('online');
  private readonly expiries = new Map<string, () => void>();

  constructor(private readonly clock: Pick<Env, 'after'>) {}

  apply(fact: LiveFact): void {
    switch (fact.fact) {
      case 'receipts':
        this.mark(fact.conversation, fact.marks);
        return;
      case 'typing':
        this.type(fact.conversation, fact.user, fact.on);
        return;
      case 'presence':
        this.presence.set(fact.presence.user, fact.presence);
        return;
      case 'presence_unknown':
        for (const user of [...this.presence.keys()]) this.presence.delete(user);
        return;
      case 'own_presence':
        this.own.set(fact.status);
        return;
    }
  }

  /** Who has said something has read up to there, and writes no more. */
  said(conversation: string, entries: readonly Entry[]): void {
    const furthest = new Map<string, number>();
    for (const entry of entries) if (entry.kind === 'message') furthest.set(entry.message.sender, entry.seq);
    if (this.typing.get(conversation) !== undefined) for (const user of furthest.keys()) this.type(conversation, user, false);
    const known = this.receipts.get(conversation);
    // Once for all: every row looks whether they concern it.
    const marks = [...furthest].flatMap(([user, read_seq]) => (known?.has(user) ? [{ user, read_seq }] : []));
    if (marks.length > 0) this.mark(conversation, marks);
  }

  /** Marks only move forward; what was read has been delivered. */
  private mark(conversation: string, marks: (Partial<Marks> & { user: string })[]): void {
    const old = this.receipts.get(conversation);
    const next = new Map(old);
    let changed = old === undefined;
    for (const { user, delivered_seq = 0, read_seq = 0 } of marks) {
      const had = next.get(user);
      const { delivered_seq: delivered, read_seq: read } = had ?? no_marks;
      const mark = { read_seq: Math.max(read, read_seq), delivered_seq: Math.max(delivered, delivered_seq, read_seq) };
      if (had !== undefined && mark.read_seq === read && mark.delivered_seq === delivered) continue;
      next.set(user, mark);
      changed = true;
    }
    if (changed) this.receipts.set(conversation, next);
  }

  private type(conversation: string, user: string, on: boolean): void {
    const key = `${conversation} ${user}`;
    this.expiries.get(key)?.();
    this.expiries.delete(key);
    const others = (this.typing.get(conversation) ?? []).filter((other) => other !== user);
    if (on) {
      this.typing.set(conversation, [...others, user]);
      this.expiries.set(
        key,
        this.clock.after(typing_ms, () => this.type(conversation, user, false)),
      );
    } else if (others.length > 0) this.typing.set(conversation, others);
    else this.typing.delete(conversation);
  }
}
