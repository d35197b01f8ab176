/** Messages as they come in, one by one, also in the threads one follows, while somebody listens; what is caught up with is not news any more. */
import type { ConversationView, Engine, Message } from '@/engine';

export type Heard = (conversation: ConversationView, message: Message) => void;

export function listen(engine: Engine, heard: Heard): () => void {
  const watched = new Map<string, () => void>();
  const newest = new Map<string, number>();
  const lastOf = (id: string): number => engine.conversation(id).get()?.last_message?.seq ?? 0;

  const look = (id: string) => {
    const view = engine.conversation(id).get();
    const message = view?.last_message;
    if (!view || !message || message.seq <= (newest.get(id) ?? 0)) return;
    newest.set(id, message.seq);
    if (engine.connection.get().state === 'online' && message.seq > view.my.read_seq) heard(view, message);
  };
  const watch = (first: boolean) => {
    const ids = new Set([...engine.conversations.get(), ...engine.threads.get()]);
    for (const id of ids) {
      if (watched.has(id)) continue;
      watched.set(
        id,
        engine.conversation(id).subscribe(() => look(id)),
      );
      // One that appears later is news itself; those that were there are not.
      if (first || !engine.ready.get()) newest.set(id, lastOf(id));
      else look(id);
    }
    for (const [id, unwatch] of watched) {
      if (ids.has(id)) continue;
      unwatch();
      watched.delete(id);
      newest.delete(id);
    }
  };
  watch(true);
  const stops = [engine.conversations, engine.threads].map((list) => list.subscribe(() => watch(false)));
  return () => {
    for (const off of [...stops, ...watched.values()]) off();
  };
}
