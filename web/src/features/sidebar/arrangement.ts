/** Which conversations the list shows and in which order: favourites first, what is archived apart. */
import type { ConversationView, Engine } from '@/engine';
import { type Cell, cell } from '@/lib/cell';

export type Filter = 'all' | 'unread' | 'mentions' | 'favourites' | 'archived';

export const filter: Cell<Filter> = cell<Filter>('all');

/** The conversation that was opened since: reading it must not take it away. */
export const held: Cell<string | undefined> = cell<string | undefined>(undefined);

export function choose(by: Filter): void {
  held.set(undefined);
  filter.set(by);
}

interface Arrangement {
  shown: readonly string[];
  /** How many of them, from the first on, are favourites under a heading of their own. */
  favourites: number;
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

/** Pure: from the ids, latest first, what is known of each, and which one stays though it is read. */
export function arrange(
  ids: readonly string[],
  view: (id: string) => ConversationView | undefined,
  by: Filter,
  keep?: string,
): Arrangement {
  const favourites: string[] = [];
  const others: string[] = [];
  const apart = by !== 'archived' && by !== 'favourites';
  let archived = 0;
  let fresh = false;
  for (const id of ids) {
    const known = view(id);
    if (known?.my.archived) archived += 1;
    if (known && isFresh(known)) fresh = true;
    if (known ? !fits(known, by) && !(id === keep && fits(known, 'all') && apart) : by !== 'all') continue;
    (known?.my.favourite && apart ? favourites : others).push(id);
  }
  const shown = favourites.length === 0 ? others : [...favourites, ...others];
  return { shown, favourites: favourites.length, archived, fresh };
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
  const compute = () => arrange(engine.conversations.get(), (id) => engine.conversation(id).get(), filter.get(), held.get());
  /** The same object while nothing changed. */
  const look = () => {
    const next = compute();
    now = now && same(now, next) ? now : next;
    return now;
  };
  const changed = () => {
    const before = now;
    if (look() === before) return;
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
      held.subscribe(changed),
    ];
    watch();
    // It may have changed between the last look and now.
    look();
    stop = () => {
      for (const off of [...offs, ...watched.values()]) off();
      watched.clear();
      stop = undefined;
    };
  };
  const arranged: Arranged = {
    get: () => (stop && now ? now : look()),
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
    a.favourites === b.favourites &&
    a.fresh === b.fresh &&
    a.shown.length === b.shown.length &&
    a.shown.every((id, at) => id === b.shown[at])
  );
}
