/** A conversation at the far end: its log, and its messages as they are now. Told apart from the client's folding on purpose. */
import type { Conversation, Entry, Message, My, Role } from '../protocol';
import { Refusal } from './refusal';

/** What the server keeps of a message; what each reader is told is made from it. */
interface Kept {
  born: Message;
  now: Pick<Message, 'text' | 'mentions' | 'edited_at' | 'thread' | 'parts'>;
  deleted: boolean;
  pinned: boolean;
  reactions: Map<string, Set<string>>;
  rev: number | undefined;
}

export type Act =
  | { kind: 'edited'; target: number; text: string; mentions?: string[] }
  | { kind: 'deleted' | 'pinned' | 'unpinned'; target: number }
  | { kind: 'reacted' | 'unreacted'; target: number; emoji: string }
  | { kind: 'patched'; target: number; part: string; value?: unknown };

export const fresh_my = (role: Role): My => ({ role, read_seq: 0, delivered_seq: 0, version: 0 });

export class Room {
  readonly seats = new Map<string, My>();
  readonly log: Entry[] = [];
  private readonly messages = new Map<number, Kept>();
  /** Seqs that are not for a user. */
  private readonly withheld = new Map<number, string>();

  constructor(
    readonly id: string,
    readonly kind: Conversation['kind'],
    public title: string,
    readonly created_at: number,
  ) {}

  push(actor: string, at: number, what: object, withheld_from?: string): Entry {
    const entry = { conversation: this.id, seq: this.log.length + 1, actor, at, ...what } as Entry;
    this.log.push(entry);
    if (withheld_from !== undefined) this.withheld.set(entry.seq, withheld_from);
    if (entry.kind === 'message') {
      const { text, mentions } = entry.message;
      const now = { text, ...(mentions && { mentions }) };
      this.messages.set(entry.seq, {
        born: entry.message,
        now,
        deleted: false,
        pinned: false,
        reactions: new Map(),
        rev: undefined,
      });
    }
    return entry;
  }

  /** The entry of a change; undefined when things are so already. */
  act(actor: string, at: number, act: Act): Entry | undefined {
    const kept = this.messages.get(act.target);
    if (kept === undefined || this.withheld.get(act.target) === actor) throw new Refusal(404, 'not_found');
    if (act.kind === 'deleted' && kept.deleted) return undefined;
    if (kept.deleted && act.kind !== 'patched') throw new Refusal(410, 'gone');
    if ((act.kind === 'edited' || act.kind === 'deleted') && kept.born.sender !== actor) throw new Refusal(403, 'forbidden');
    if (!this.keep(kept, actor, at, act)) return undefined;
    kept.rev = this.log.length + 1;
    // What is kept from somebody stays so, whatever becomes of it.
    return this.push(actor, at, act, this.withheld.get(act.target));
  }

  private keep(kept: Kept, actor: string, at: number, act: Act): boolean {
    switch (act.kind) {
      case 'edited':
        if (kept.now.text === act.text) return false;
        Object.assign(kept.now, { text: act.text, mentions: act.mentions ?? [], edited_at: at });
        return true;
      case 'deleted':
        kept.deleted = true;
        return true;
      case 'pinned':
      case 'unpinned': {
        const pinned = act.kind === 'pinned';
        if (kept.pinned === pinned) return false;
        kept.pinned = pinned;
        return true;
      }
      case 'patched':
        if (act.part === 'thread') kept.now.thread = act.value as never;
        else kept.now.parts = { ...kept.now.parts, [act.part]: act.value } as never;
        return true;
      default:
        return react(kept, actor, act.emoji, act.kind === 'reacted');
    }
  }

  /** `user`: whom it is read for, with reactions; undefined: as frames for all tell it. */
  message(seq: number, user?: string): Message {
    const { born, now, deleted, pinned, reactions, rev } = this.messages.get(seq) as Kept;
    const { thread, parts, mentions, ...rest } = now;
    const { mentions: _, ...said } = born;
    const for_one = user !== undefined && rev !== undefined && { rev };
    const kept = thread != null && { thread };
    if (deleted) return { ...shell(born), text: '', deleted: true, ...kept, ...for_one };
    const known = Object.entries(parts ?? {}).filter(([, value]) => value != null);
    const told = [...reactions].map(([emoji, users]) => ({ emoji, count: users.size, mine: users.has(user ?? '') }));
    return {
      ...said,
      ...rest,
      ...kept,
      ...(mentions !== undefined && mentions.length > 0 && { mentions }),
      ...(known.length > 0 && { parts: Object.fromEntries(known) as never }),
      ...(pinned && { pinned }),
      ...(user !== undefined && told.length > 0 && { reactions: told }),
      ...for_one,
    };
  }

  /** An entry as it is read later: its message as it is now. */
  read(entry: Entry, user: string, for_one: boolean): Entry {
    if (this.withheld.get(entry.seq) === user) return hide(entry);
    if (entry.kind === 'edited' && this.messages.get(entry.target)?.deleted) {
      const { mentions: _, ...rest } = entry;
      return { ...rest, text: '' };
    }
    if (entry.kind !== 'message') return entry;
    return { ...entry, message: this.message(entry.seq, for_one ? user : undefined) };
  }

  /** An entry as it is told when it happens. */
  tell(entry: Entry, user: string): Entry {
    return this.withheld.get(entry.seq) === user ? hide(entry) : entry;
  }

  for(user: string, for_one = true): Entry[] {
    return this.log.map((entry) => this.read(entry, user, for_one));
  }

  view(user: string): Conversation {
    const my = this.seats.get(user) as My;
    const messages = this.for(user).flatMap((entry) => (entry.kind === 'message' ? [entry.message] : []));
    const last = messages.at(-1);
    const unread = messages.filter((message) => message.seq > my.read_seq && message.sender !== user);
    const calls = ({ mentions = [] }: Message) => mentions.some((one) => one === user || one === 'all');
    const { kind, title, created_at, id } = this;
    const lines = this.for(user).filter((entry) => !('target' in entry) && entry.kind !== 'withheld');
    return {
      id,
      kind,
      title,
      members_count: this.seats.size,
      my: { ...my },
      settings: {},
      head_seq: this.log.length,
      ...(last !== undefined && { last_message: last }),
      unread: unread.length,
      mentions: unread.filter(calls).length,
      created_at,
      last_at: lines.at(-1)?.at ?? 0,
    };
  }
}

function react(kept: Kept, actor: string, emoji: string, on: boolean): boolean {
  const users = kept.reactions.get(emoji) ?? new Set();
  if (users.has(actor) === on) return false;
  if (on) kept.reactions.set(emoji, users.add(actor));
  else if (users.delete(actor) && users.size === 0) kept.reactions.delete(emoji);
  return true;
}

const shell = ({ conversation, seq, client_id, sender, at }: Message) => ({ conversation, seq, client_id, sender, at });

const hide = ({ conversation, seq, actor, at }: Entry): Entry => ({ conversation, seq, actor, at, kind: 'withheld' });
