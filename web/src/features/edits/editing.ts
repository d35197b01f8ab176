/** Which message is being edited, by conversation, and what it is to say; for as long as the page lives. */
import type { Engine, Message } from '@/engine';
import { type Cell, cell } from '@/lib/cell';

export interface Editing {
  seq: number;
  /** Where the editor left off. */
  text: string;
}

const all = new WeakMap<Engine, Map<string, Cell<Editing | undefined>>>();

export function editingIn(engine: Engine, conversation: string): Cell<Editing | undefined> {
  const cells = all.get(engine) ?? new Map<string, Cell<Editing | undefined>>();
  all.set(engine, cells);
  const found = cells.get(conversation) ?? cell<Editing | undefined>(undefined);
  cells.set(conversation, found);
  return found;
}

export function mayEdit(engine: Engine, message: Message): boolean {
  return message.sender === engine.me.get().id && message.text !== '' && !message.forwarded && !message.deleted;
}

/** How far back ↑ looks. */
const REACH = 200;

/** The last own message, as far as the device has it. */
export function lastOwn(engine: Engine, conversation: string): Message | undefined {
  const head = engine.conversation(conversation).get()?.head_seq ?? 0;
  for (let seq = head; seq > Math.max(0, head - REACH); seq--) {
    const message = engine.message(conversation, seq).get();
    // Beyond here lies what nobody has looked at.
    if (message === undefined) return undefined;
    if (message && mayEdit(engine, message)) return message;
  }
  return undefined;
}
