/**
 * Own changes the server has not confirmed, or whose entry has not come yet: shown over what the log and the list say.
 * What is shown of an unchanged thing is the thing itself.
 */
import type { MessageChange, MyChange, Change as Waiting } from '../outbox/items';
import type { Conversation, Entry, Message, My } from '../protocol';
import { change, type MessageEntry } from './fold';
import type { Log } from './ranges';

const none: readonly never[] = [];

export class Overlay {
  /** By conversation, oldest first; a list is never changed, only replaced. */
  private readonly changes = new Map<string, readonly Waiting[]>();
  private readonly shown = new WeakMap<MessageEntry, { by: string; entry: Entry }>();

  of(conversation: string): readonly Waiting[] {
    return this.changes.get(conversation) ?? none;
  }

  all(): Waiting[] {
    return [...this.changes.values()].flat();
  }

  /** False: it is there already. */
  put(young: Waiting): boolean {
    const all = this.of(young.conversation);
    if (all.includes(young)) return false;
    const others = all.filter((other) => other.client_id !== young.client_id);
    this.set(
      young.conversation,
      [...others, young].sort((a, b) => (a.client_id < b.client_id ? -1 : 1)),
    );
    return true;
  }

  drop(conversation: string, client_id: string): void {
    this.set(
      conversation,
      this.of(conversation).filter((other) => other.client_id !== client_id),
    );
  }

  /** Lets go of confirmed changes that the log knows by now, or that nobody can see. True if there were any. */
  settle(conversation: string, log: Log): boolean {
    const before = this.of(conversation);
    const left = before.filter((one) => {
      if (one.kind === 'my' || one.done === undefined) return true;
      const entry = log.get(one.target);
      return entry?.kind === 'message' && !contains(entry.message, one, one.done);
    });
    if (left.length < before.length) this.set(conversation, left);
    return left.length < before.length;
  }

  entry(entry: Entry): Entry {
    if (entry.kind !== 'message') return entry;
    const changes = this.about(entry.message);
    if (changes.length === 0) return entry;
    const by = changes.map((one) => one.client_id).join();
    const known = this.shown.get(entry);
    if (known?.by === by) return known.entry;
    const message = this.message(entry.message);
    const shown = message === entry.message ? entry : { ...entry, message };
    this.shown.set(entry, { by, entry: shown });
    return shown;
  }

  message(message: Message): Message {
    return this.about(message).reduce((next, one) => change(next, one, one.at, true), message);
  }

  conversation(conversation: Conversation): Conversation {
    const changes = this.of(conversation.id);
    if (changes.length === 0) return conversation;
    const last = conversation.last_message;
    const patches = changes.filter((one) => one.kind === 'my');
    return {
      ...conversation,
      my: patched(conversation.my, patches),
      ...(last != null && { last_message: this.message(last) }),
    };
  }

  private about({ conversation, seq }: Message): MessageChange[] {
    return this.of(conversation).filter((one) => one.kind !== 'my' && one.target === seq) as MessageChange[];
  }

  private set(conversation: string, changes: readonly Waiting[]): void {
    if (changes.length === 0) this.changes.delete(conversation);
    else this.changes.set(conversation, changes);
  }
}

function contains(message: Message, one: MessageChange, done: number): boolean {
  return (message.rev ?? message.seq) >= done || is_so(message, one);
}

/** Would the change change nothing? */
export function is_so(message: Message, what: Pick<MessageChange, 'kind' | 'target' | 'text' | 'mentions' | 'emoji'>): boolean {
  if (what.kind === 'edited') return message.text === what.text && String(message.mentions ?? []) === String(what.mentions ?? []);
  return change(message, what, 0, true) === message;
}

function patched(my: My, patches: readonly MyChange[]): My {
  return Object.assign({ ...my }, ...patches.map(({ patch }) => patch));
}
