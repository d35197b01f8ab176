/**
 * What exists nowhere else yet: unsent messages, changes and drafts, and who is signed in here. Kept apart from the cache, so that
 * wiping an unreadable cache never touches it. Every tab may write it.
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Item } from '../outbox/items';
import type { Me } from '../protocol';
import type { OwnPresence } from '../types';
import { delete_database, open_database } from './idb';

export interface OwnSchema extends DBSchema {
  outbox: { key: string; value: Item };
  drafts: { key: string; value: { conversation: string; text: string } };
  /** How the reader wants to be seen. */
  chosen: { key: 'presence'; value: OwnPresence };
}

interface AccountsSchema extends DBSchema {
  accounts: { key: string; value: { id: string; me: Me; ended: boolean } };
  /** One entry while a sign-out is owed to the server. */
  owed: { key: 'logout'; value: true };
}

export const own_version = 2;

/** Unsent messages and drafts of one account; in memory where the browser keeps nothing. */
export class Own {
  private readonly memory = { outbox: new Map<string, Item>(), drafts: new Map<string, string>() };

  private constructor(private readonly db: IDBPDatabase<OwnSchema> | undefined) {}

  static async open(factory: IDBFactory | undefined, account: string): Promise<Own> {
    if (factory === undefined) return new Own(undefined);
    try {
      const db = await open_database<OwnSchema>(factory, own_name(account), own_version, (fresh, old_version) => {
        if (old_version < 1) {
          fresh.createObjectStore('outbox', { keyPath: 'client_id' });
          fresh.createObjectStore('drafts', { keyPath: 'conversation' });
        }
        if (old_version < 2) fresh.createObjectStore('chosen');
      });
      return new Own(db);
    } catch {
      // Private windows of some browsers refuse IndexedDB: the client works, but only as long as the page lives.
      return new Own(undefined);
    }
  }

  async outbox(): Promise<Item[]> {
    return this.db === undefined ? [...this.memory.outbox.values()] : this.db.getAll('outbox');
  }

  /** Resolves once the row survives a power cut (`strict`), as far as the disk keeps its word. */
  async put_outbox(row: Item): Promise<void> {
    if (this.db === undefined) {
      this.memory.outbox.set(row.client_id, row);
      return;
    }
    // The drafts as well: the one that became this row is taken away behind it, never before.
    const tx = this.db.transaction(['outbox', 'drafts'], 'readwrite', { durability: 'strict' });
    const put = tx.objectStore('outbox').put(row);
    // Nothing follows: it is not to wait for this page, which may be closed before it is answered.
    tx.commit();
    await Promise.all([put, tx.done]);
  }

  /** Writes only if the row is still there: the leader may be done with it. */
  async update_outbox(row: Item): Promise<void> {
    if (this.db === undefined) {
      if (this.memory.outbox.has(row.client_id)) this.memory.outbox.set(row.client_id, row);
      return;
    }
    const tx = this.db.transaction('outbox', 'readwrite');
    if ((await tx.store.get(row.client_id)) !== undefined) await tx.store.put(row);
    await tx.done;
  }

  async delete_outbox(client_id: string): Promise<void> {
    this.memory.outbox.delete(client_id);
    await this.db?.delete('outbox', client_id);
  }

  async drafts(): Promise<{ conversation: string; text: string }[]> {
    if (this.db !== undefined) return this.db.getAll('drafts');
    return [...this.memory.drafts].map(([conversation, text]) => ({ conversation, text }));
  }

  async put_draft(conversation: string, text: string): Promise<void> {
    if (text === '') this.memory.drafts.delete(conversation);
    else this.memory.drafts.set(conversation, text);
    if (text === '') await this.db?.delete('drafts', conversation);
    else await this.db?.put('drafts', { conversation, text });
  }

  /** Whoever chose to be invisible must not be seen for a moment at the next start. */
  async presence(): Promise<OwnPresence | undefined> {
    return this.db?.get('chosen', 'presence');
  }

  async put_presence(status: OwnPresence): Promise<void> {
    await this.db?.put('chosen', status, 'presence');
  }

  close(): void {
    this.db?.close();
  }
}

export const own_name = (account: string): string => `parlor-own-${account}`;
export const cache_name = (account: string): string => `parlor-cache-${account}`;

/** Whose client this browser shows: one account at a time, as there is one cookie. */
export class Accounts {
  constructor(private readonly factory: IDBFactory | undefined) {}

  /** `nobody` also when the session was ended elsewhere; undefined: this device keeps nothing, only the cookie may know. */
  async current(): Promise<Me | 'nobody' | undefined> {
    const all = await this.with((db) => db.getAll('accounts'));
    return all === undefined ? undefined : (all.find((account) => !account.ended)?.me ?? 'nobody');
  }

  /** Somebody signed out while the server could not be told: the cookie still names a living session. */
  async owe_logout(): Promise<void> {
    await this.with((db) => db.put('owed', true, 'logout'));
  }

  async owes_logout(): Promise<boolean> {
    return (await this.with((db) => db.get('owed', 'logout'))) === true;
  }

  async logout_told(): Promise<void> {
    await this.with((db) => db.delete('owed', 'logout'));
  }

  /** The session is over, but nobody logged out here: what is kept waits for the next sign-in. */
  async end(me: Me): Promise<void> {
    await this.with((db) => db.put('accounts', { id: me.id, me, ended: true }));
  }

  /** Remembers `me`; what another account left here goes. */
  async remember(me: Me): Promise<void> {
    const others = ((await this.with((db) => db.getAll('accounts'))) ?? []).filter((other) => other.id !== me.id);
    for (const other of others) await this.forget(other.id);
    await this.with((db) => db.put('accounts', { id: me.id, me, ended: false }));
    // The cookie is theirs now: ending it would end the wrong session.
    await this.logout_told();
  }

  /** Removes the account and all it kept on this device. */
  async forget(account: string): Promise<void> {
    await this.with((db) => db.delete('accounts', account));
    const { factory } = this;
    if (factory === undefined) return;
    await Promise.all([own_name(account), cache_name(account)].map((name) => delete_database(factory, name)));
  }

  private async with<T>(work: (db: IDBPDatabase<AccountsSchema>) => Promise<T>): Promise<T | undefined> {
    if (this.factory === undefined) return undefined;
    try {
      const db = await open_database<AccountsSchema>(this.factory, 'parlor-accounts', 2, (fresh, old_version) => {
        if (old_version < 1) fresh.createObjectStore('accounts', { keyPath: 'id' });
        if (old_version < 2) fresh.createObjectStore('owed');
      });
      try {
        return await work(db);
      } finally {
        db.close();
      }
    } catch {
      return undefined;
    }
  }
}
