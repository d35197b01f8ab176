/** Messages as they come in, also in the threads one follows, while somebody listens; what is caught up with is not news any more. */
import type { ConversationView, Engine, Message } from '@/engine';

export interface Arrival {
  conversation: ConversationView;
  /** Oldest first; there is at least one. */
  messages: readonly Message[];
}

export type Heard = (arrival: Arrival) => void;

const PAUSE_MS = 1_000;

/** What comes together is told together and at once, and what follows within a moment after it: nobody reads sixty a second. */
export function gathered(tell: (arrivals: readonly Arrival[]) => void): { heard: Heard; stop: () => void } {
  /** By conversation, the one that spoke last at the end. */
  const waiting = new Map<string, Arrival>();
  let paused = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hand = () => {
    const arrivals = [...waiting.values()];
    waiting.clear();
    paused = arrivals.length > 0;
    if (!paused) return;
    timer = setTimeout(hand, PAUSE_MS);
    tell(arrivals);
  };
  return {
    heard: ({ conversation, messages }) => {
      const before = waiting.get(conversation.id)?.messages ?? [];
      waiting.delete(conversation.id);
      waiting.set(conversation.id, { conversation, messages: [...before, ...messages] });
      if (!paused) queueMicrotask(hand);
      paused = true;
    },
    stop: () => {
      waiting.clear();
      clearTimeout(timer);
    },
  };
}

export function listen(engine: Engine, heard: Heard): () => void {
  const watched = new Map<string, () => void>();
  const newest = new Map<string, number>();
  const lastOf = (id: string): number => engine.conversation(id).get()?.last_message?.seq ?? 0;

  const look = (id: string) => {
    const view = engine.conversation(id).get();
    const message = view?.last_message;
    if (!view || !message || message.seq <= (newest.get(id) ?? 0)) return;
    const before = engine.messages_after(id, newest.get(id) ?? message.seq).filter(({ seq }) => seq < message.seq);
    newest.set(id, message.seq);
    if (engine.connection.get().state !== 'online') return;
    const news = [...before, message].filter(({ seq }) => seq > view.my.read_seq);
    if (news.length > 0) heard({ conversation: view, messages: news });
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
