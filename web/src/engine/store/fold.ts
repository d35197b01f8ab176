/**
 * How a message changes: entries that name a message by `target` are folded into it. `rev` is the newest entry folded in,
 * so folding may be repeated; whoever folds sees to it that no entry between is missing.
 */
import type { Entry, Message } from '../protocol';

/** An entry about a message, which is no line of its own. */
export type Mutation = Extract<Entry, { target: number }>;

export type MessageEntry = Extract<Entry, { kind: 'message' }>;

export const is_mutation = (entry: Entry): entry is Mutation => 'target' in entry;

/** Is it a row of the timeline? The others only keep their place in the log. */
export const is_line = (entry: Entry): boolean => !is_mutation(entry) && entry.kind !== 'withheld';

/** The same message if the entry is in it already. */
export function fold(message: Message, entry: Mutation, me: string): Message {
  const rev = message.rev ?? message.seq;
  // An edit is told empty once its message was taken back, which other entries folded in may not know of.
  if (entry.kind === 'edited' && entry.text === '' && !message.deleted) {
    return { ...remains(message), rev: Math.max(rev, entry.seq) };
  }
  if (entry.seq <= rev) return message;
  return { ...change(message, entry, entry.at, entry.actor === me), rev: entry.seq };
}

/** What a mutation does, whoever asks: an entry of the log, or the reader who has just clicked. */
type Deed = Pick<Mutation, 'kind' | 'target'> &
  Partial<Pick<Extract<Mutation, { kind: 'edited' }>, 'text' | 'mentions'>> & {
    emoji?: string;
    part?: string;
    value?: unknown;
  };

/** The same message if nothing is different. `mine`: the reader did it. */
export function change(message: Message, what: Deed, at: number, mine: boolean): Message {
  // Only its thread goes on below a message that was taken back.
  if (message.deleted && what.part !== 'thread') return message;
  switch (what.kind) {
    case 'edited':
      return {
        ...without(message, 'mentions'),
        text: what.text ?? '',
        edited_at: at,
        ...(what.mentions?.length && { mentions: what.mentions }),
      };
    case 'deleted':
      return remains(message);
    case 'reacted':
      return react(message, what.emoji ?? '', mine);
    case 'unreacted':
      return unreact(message, what.emoji ?? '', mine);
    case 'pinned':
      return message.pinned ? message : { ...message, pinned: true };
    case 'unpinned':
      return message.pinned ? without(message, 'pinned') : message;
    case 'patched':
      return patch(message, what.part ?? '', what.value);
    default:
      return message;
  }
}

/** What is empty is left out, as the server does. */
function without(message: Message, key: 'mentions' | 'pinned' | 'reactions' | 'thread' | 'parts'): Message {
  const { [key]: _, ...rest } = message;
  return rest;
}

function remains({ conversation, seq, client_id, sender, at, thread, rev }: Message): Message {
  return { conversation, seq, client_id, sender, at, text: '', deleted: true, ...(thread && { thread }), ...(rev && { rev }) };
}

function react(message: Message, emoji: string, mine: boolean): Message {
  const reactions = message.reactions ?? [];
  const had = reactions.find((one) => one.emoji === emoji);
  if (had === undefined) return { ...message, reactions: [...reactions, { emoji, count: 1, mine }] };
  if (mine && had.mine) return message;
  const more = { emoji, count: had.count + 1, mine: had.mine || mine };
  return { ...message, reactions: reactions.map((one) => (one === had ? more : one)) };
}

function unreact(message: Message, emoji: string, mine: boolean): Message {
  const reactions = message.reactions ?? [];
  const had = reactions.find((one) => one.emoji === emoji);
  if (had === undefined || (mine && !had.mine)) return message;
  const left = { emoji, count: had.count - 1, mine: had.mine && !mine };
  const rest = reactions.flatMap((one) => (one !== had ? [one] : left.count > 0 ? [left] : []));
  return rest.length > 0 ? { ...message, reactions: rest } : without(message, 'reactions');
}

function patch(message: Message, part: string, value: unknown): Message {
  if (part === 'thread') {
    return value == null ? without(message, 'thread') : { ...message, thread: value as NonNullable<Message['thread']> };
  }
  const { [part]: _, ...rest } = (message.parts ?? {}) as Record<string, unknown>;
  const parts = value == null ? rest : { ...rest, [part]: value };
  return Object.keys(parts).length > 0
    ? { ...message, parts: parts as NonNullable<Message['parts']> }
    : without(message, 'parts');
}

/**
 * Which of two readings of one entry to keep: the one with more folded in. What was taken back, or is not for the reader,
 * stays so. The first one where both tell the same, so that rows keep their objects.
 */
export function newer(have: Entry, fresh: Entry): Entry {
  if (have.kind === 'message' && fresh.kind === 'message') return newer_message(have, fresh);
  if (have.kind === 'edited' && fresh.kind === 'edited') return have.text !== '' && fresh.text === '' ? fresh : have;
  return fresh.kind === 'withheld' && have.kind !== 'withheld' ? fresh : have;
}

function newer_message(have: MessageEntry, fresh: MessageEntry): Entry {
  const [old, young] = [have.message, fresh.message];
  const [old_rev, young_rev] = [old.rev ?? 0, young.rev ?? 0];
  if ((old.deleted ?? false) !== (young.deleted ?? false)) {
    const [gone, other] = old.deleted ? [have, fresh] : [fresh, have];
    return (gone.message.rev ?? 0) >= (other.message.rev ?? 0) ? gone : { ...other, message: remains(other.message) };
  }
  if (young_rev !== old_rev) return young_rev > old_rev ? fresh : have;
  // What this device wrote down at the `ok` knows less than the server's entry.
  return Object.keys(young).length > Object.keys(old).length ? fresh : have;
}
