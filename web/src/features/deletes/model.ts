import { plural, t } from '@lingui/core/macro';
import type { ConversationView, Engine, Message } from '@/engine';
import { tell } from '@/features/session';
import { toast, undoable } from '@/ui/toast';

/** The toast goes earlier; this is for a page that went without a word. */
const HOLD_MS = 15_000;
/** How long a message counts as just sent. */
const FRESH_MS = 10_000;

/** Mirrors "Roles in a group" in protocol.md. The server decides. */
export function mayDelete(engine: Engine, { kind, my }: ConversationView, message: Message): boolean {
  return message.sender === engine.me.get().id || (kind === 'group' && my.role !== 'member');
}

export function isFresh(engine: Engine, message: Message, now = Date.now()): boolean {
  return message.sender === engine.me.get().id && now - message.at < FRESH_MS;
}

/** Taken back for everybody; the words are in the input again, unless others are there. */
export function unsend(engine: Engine, { conversation, client_id, text }: Message): void {
  if (engine.draft(conversation).get() === '') engine.set_draft(conversation, text);
  engine.unsend(conversation, client_id).catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
}

/** Shown as deleted at once, held back on this device, and sent when the toast that takes it back goes. */
export function remove(engine: Engine, messages: readonly Message[]): void {
  const until = Date.now() + HOLD_MS;
  const all = (act: (conversation: string, seq: number) => Promise<unknown>) =>
    Promise.all(messages.map(({ conversation, seq }) => act(conversation, seq))).catch((error: unknown) =>
      toast({ text: tell(error).text, tone: 'danger' }),
    );
  const held = all((conversation, seq) => engine.delete_message(conversation, seq, until));
  undoable({
    text: plural(messages.length, { one: 'Message deleted.', other: '# messages deleted.' }),
    undoLabel: t`Undo`,
    commit: () => void held.then(() => all((conversation, seq) => engine.delete_message(conversation, seq))),
    undo: () =>
      void held.then(async () => {
        const kept = await all((conversation, seq) => engine.keep_message(conversation, seq));
        if (Array.isArray(kept) && kept.includes(false)) toast({ text: t`It was too late to undo that.` });
      }),
  });
}
