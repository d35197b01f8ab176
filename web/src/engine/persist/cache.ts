/**
 * A copy of what the server has, so that a start needs no network. Written behind by the leader tab; may be stale or
 * gone at any time without harm: whatever cannot be read is wiped and fetched anew.
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Entry, Me, User } from '../protocol';
import type { ConversationRow, Document, Fact } from '../store/facts';
import { end_of, last_of } from '../store/ranges';
import type { Store } from '../store/store';
import { delete_database, open_database } from './idb';
import { cache_name } from './own';

/** Raise it when a stored shape changes: older caches are dropped, not migrated. */
const cache_version = 2;
const most_conversations = 2_000;
const most_lines = 200;
/** With those that are no rows: reactions may come by the hundred. */
const most_entries = 1_000;
const most_users = 5_000;
const write_behind_ms = 1_000;

interface CacheSchema extends DBSchema {
  me: { key: string; value: Me };
  conversations: { key: string; value: ConversationRow & { id: string } };
  /** The newest run of each log. */
  logs: { key: string; value: { id: string; entries: Entry[] } };
  users: { key: string; value: User };
  /** What somebody on this device has asked for. */
  documents: { key: string; value: Document };
}

type Name = keyof typeof keys;
const keys = { me: undefined, conversations: 'id', logs: 'id', users: 'id', documents: 'name' };
const names = Object.keys(keys) as Name[];

export interface CachedState {
  me: Me | undefined;
  rows: ConversationRow[];
  users: User[];
  documents: Document[];
}

export class Cache {
  private dirty = fresh_marks();
  private cancel: (() => void) | undefined;
  private flushing: Promise<void> = Promise.resolve();
  /** Only the leader writes. */
  writing = false;

  private constructor(
    private db: IDBPDatabase<CacheSchema> | undefined,
    private readonly after: (ms: number, work: () => void) => () => void,
  ) {}

  static async open(
    factory: IDBFactory | undefined,
    account: string,
    after: (ms: number, work: () => void) => () => void,
  ): Promise<{ cache: Cache; state: CachedState }> {
    const nothing: CachedState = { me: undefined, rows: [], users: [], documents: [] };
    if (factory === undefined) return { cache: new Cache(undefined, after), state: nothing };
    for (const again of [true, false]) {
      let db: IDBPDatabase<CacheSchema> | undefined;
      try {
        db = await open_cache(factory, account);
        return { cache: new Cache(db, after), state: await read_state(db) };
      } catch {
        db?.close();
        if (again) await delete_database(factory, cache_name(account));
      }
    }
    return { cache: new Cache(undefined, after), state: nothing };
  }

  async log(id: string): Promise<Entry[]> {
    try {
      return (await this.db?.get('logs', id))?.entries ?? [];
    } catch {
      return [];
    }
  }

  /** Notes what a fact touched; it is written a second later. */
  note(fact: Fact, store: Store): void {
    if (!this.writing || this.db === undefined) return;
    switch (fact.fact) {
      case 'me':
        this.dirty.me = true;
        break;
      case 'users':
        for (const user of fact.users) this.dirty.users.add(user.id);
        break;
      case 'heads':
      case 'rows':
        this.dirty.all = true;
        break;
      case 'document':
        this.dirty.documents.add(fact.name);
        break;
      case 'conversations':
        for (const { id } of fact.conversations) this.dirty.conversations.add(id);
        break;
      case 'entries':
        this.dirty.logs.add(fact.conversation);
        this.dirty.conversations.add(fact.conversation);
        break;
      case 'gone':
      case 'receipt':
      case 'read':
      case 'my':
        this.dirty.conversations.add(fact.conversation);
        break;
      default:
        return;
    }
    this.cancel ??= this.after(write_behind_ms, () => void this.flush(store));
  }

  /** Writes what is noted; also called when the page is hidden, as nothing later is promised to run. */
  flush(store: Store): Promise<void> {
    this.cancel?.();
    this.cancel = undefined;
    const dirty = this.dirty;
    this.dirty = fresh_marks();
    this.flushing = this.flushing.then(() => this.write(store, dirty)).catch(() => this.give_up());
    return this.flushing;
  }

  close(): void {
    this.cancel?.();
    this.writing = false;
    this.db?.close();
    this.db = undefined;
  }

  /** Disk full, or the database was taken away: go on without. */
  private give_up(): void {
    this.close();
  }

  private async write(store: Store, dirty: Marks): Promise<void> {
    if (this.db === undefined || !this.writing) return;
    const listed = store.order.get().slice(0, most_conversations);
    const kept = new Set(listed);
    const tx = this.db.transaction(names, 'readwrite');
    const [conversations, logs, users] = [tx.objectStore('conversations'), tx.objectStore('logs'), tx.objectStore('users')];
    const asks: Promise<unknown>[] = [];
    if (dirty.me) asks.push(tx.objectStore('me').put(store.me.get(), 'me'));
    for (const id of dirty.all ? listed : dirty.conversations) {
      const row = store.row(id);
      if (row !== undefined && kept.has(id)) asks.push(conversations.put({ id, ...row }));
      else asks.push(conversations.delete(id), logs.delete(id));
    }
    for (const id of dirty.logs) {
      const newest = store.log(id).newest();
      // A run that does not reach the head would pass for the end of the log at the next start.
      if (newest !== undefined && kept.has(id) && last_of(newest) >= store.head(id))
        asks.push(logs.put({ id, entries: newest.slice(newest.length - end_of(newest, most_lines, most_entries)) }));
    }
    if (store.users.size <= most_users) for (const user of known(store.users, dirty.users)) asks.push(users.put(user));
    for (const document of known(store.documents, dirty.documents)) asks.push(tx.objectStore('documents').put(document));
    asks.push(tx.done);
    await Promise.all(asks);
    if (dirty.all) await this.sweep(kept);
  }

  /** Removes what is listed no more. */
  private async sweep(kept: ReadonlySet<string>): Promise<void> {
    const tx = this.db?.transaction(['conversations', 'logs'], 'readwrite');
    if (tx === undefined) return;
    for (const name of ['conversations', 'logs'] as const) {
      const store = tx.objectStore(name);
      for (const id of await store.getAllKeys()) if (!kept.has(id)) await store.delete(id);
    }
    await tx.done;
  }
}

function known<T>(map: { get(key: string): T | undefined }, names: ReadonlySet<string>): T[] {
  return [...names].map((name) => map.get(name)).filter((one) => one !== undefined);
}

interface Marks {
  me: boolean;
  all: boolean;
  conversations: Set<string>;
  logs: Set<string>;
  users: Set<string>;
  documents: Set<string>;
}

const fresh_marks = (): Marks => ({
  me: false,
  all: false,
  conversations: new Set(),
  logs: new Set(),
  users: new Set(),
  documents: new Set(),
});

function open_cache(factory: IDBFactory, account: string): Promise<IDBPDatabase<CacheSchema>> {
  return open_database(factory, cache_name(account), cache_version, (db) => {
    for (const name of [...db.objectStoreNames]) db.deleteObjectStore(name);
    for (const [name, keyPath] of Object.entries(keys)) db.createObjectStore(name, keyPath === undefined ? {} : { keyPath });
  });
}

/** Throws when something in it is not what this version wrote. */
async function read_state(db: IDBPDatabase<CacheSchema>): Promise<CachedState> {
  const [me, kept, users, documents] = await Promise.all([
    db.get('me', 'me'),
    db.getAll('conversations'),
    db.getAll('users'),
    db.getAll('documents'),
  ]);
  const rows = kept.map(({ conversation, detail_seq }) => ({ conversation, detail_seq }));
  const sound = rows.every(
    ({ conversation, detail_seq }) =>
      typeof conversation?.id === 'string' && conversation.my !== undefined && Number.isInteger(detail_seq),
  );
  if (!sound) throw new Error('unreadable cache');
  return { me, rows, users, documents };
}
