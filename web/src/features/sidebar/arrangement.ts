/** Which conversations the list shows and in which order: favourites first, what is archived apart. */
import type { ConversationView, Engine } from '@/engine';
import { type Cell, cell } from '@/lib/cell';

export type Filter = 'all' | 'unread' | 'mentions' | 'favourites' | 'archived';

export const filter: Cell<Filter> = cell<Filter>('all');

interface Arrangement {
  shown: readonly string[];
  /** Conversations in the archive. */
  archived: number;
  /** Something is unread, or marked so. */
  fresh: boolean;
}

export const isFresh = ({ unread, marked_unread }: ConversationView): boolean => unread > 0 || marked_unread;

function fits(view: ConversationView, by: Filter): boolean {
  if (by === 'archived') return view.my.archived === true;
  if (view.my.archived) return false;
  if (by === 'unread') return isFresh(view);
  if (by === 'mentions') return view.mentions > 0;
  return by === 'all' || view.my.favourite === true;
}

/** Pure: from the ids, latest first, and what is known of each. */
export function arrange(ids: readonly string[], view: (id: string) => ConversationView | undefined, by: Filter): Arrangement {
  const favourites: string[] = [];
  const others: string[] = [];
  let archived = 0;
  let fresh = false;
  for (const id of ids) {
    const known = view(id);
    if (known?.my.archived) archived += 1;
    if (known && isFresh(known)) fresh = true;
    if (known ? !fits(known, by) : by !== 'all') continue;
    (known?.my.favourite && by !== 'archived' ? favourites : others).push(id);
  }
  return { shown: favourites.length === 0 ? others : [...favourites, ...others], archived, fresh };
}

interface Arranged {
  get(): Arrangement;
  subscribe(listener: () => void): () => void;
}

const made = new WeakMap<Engine, Arranged>();

/** The list as it is now. Listens to the conversations one by one while anybody listens to it. */
export function arrangement(engine: Engine): Arranged {
  const known = made.get(engine);
  if (known) return known;
  let now: Arrangement | undefined;
  const listeners = new Set<() => void>();
  const watched = new Map<string, () => void>();
  let stop: (() => void) | undefined;
  const compute = () => arrange(engine.conversations.get(), (id) => engine.conversation(id).get(), filter.get());
  const changed = () => {
    const next = compute();
    if (now && same(now, next)) return;
    now = next;
    for (const listener of listeners) listener();
  };
  let planned = false;
  /** Many change at once when one comes back: one look is enough. */
  const plan = () => {
    if (planned) return;
    planned = true;
    queueMicrotask(() => {
      planned = false;
      if (stop) changed();
    });
  };
  const watch = () => {
    const ids = new Set(engine.conversations.get());
    for (const id of ids) if (!watched.has(id)) watched.set(id, engine.conversation(id).subscribe(plan));
    for (const [id, unwatch] of watched) {
      if (ids.has(id)) continue;
      unwatch();
      watched.delete(id);
    }
  };
  const start = () => {
    const offs = [
      engine.conversations.subscribe(() => {
        watch();
        changed();
      }),
      filter.subscribe(changed),
    ];
    watch();
    stop = () => {
      for (const off of [...offs, ...watched.values()]) off();
      watched.clear();
      stop = undefined;
    };
  };
  const arranged: Arranged = {
    get: () => {
      // Nobody listens yet: looked at anew, and the same object when nothing changed.
      if (!stop || !now) {
        const next = compute();
        now = now && same(now, next) ? now : next;
      }
      return now;
    },
    subscribe: (listener) => {
      if (!stop) start();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop?.();
      };
    },
  };
  made.set(engine, arranged);
  return arranged;
}

function same(a: Arrangement, b: Arrangement): boolean {
  return (
    a.archived === b.archived &&
    a.fresh === b.fresh &&
    a.shown.length === b.shown.length &&
    a.shown.every((id, at) => id === b.shown[at])
  );
}
