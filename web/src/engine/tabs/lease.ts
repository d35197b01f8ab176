/**
 * Locks between tabs where the browser has none: Web Locks exist on https and localhost only, and many a home server is
 * reached by plain http. A lock is a lease in IndexedDB, whose read-write transactions exclude each other across tabs.
 * Weaker than Web Locks: not in order of asking, and a holder that sleeps past its lease may find another beside it.
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Env, LocksLike } from '../env';
import { open_database } from '../persist/idb';

const lease_ms = 10_000;
const renew_ms = 3_000;
const look_again_ms = 250;

interface Lease {
  name: string;
  owner: string;
  until: number;
}

interface LeaseSchema extends DBSchema {
  leases: { key: string; value: Lease };
}

type Parts = Pick<Env, 'now' | 'after' | 'random'>;

export function lease_locks(factory: IDBFactory, parts: Parts): LocksLike {
  const database = open_database<LeaseSchema>(factory, 'parlor-leases', 1, (db) => {
    db.createObjectStore('leases', { keyPath: 'name' });
  });
  database.catch(() => undefined);
  return {
    hold: async (name, work, signal) => {
      const db = await database;
      const owner = `${parts.now()} ${parts.random()}`;
      while (!(await take(db, { name, owner, until: parts.now() + lease_ms }, parts.now()))) {
        await pause(parts, look_again_ms);
        if (signal?.aborted) throw new DOMException('no longer wanted', 'AbortError');
      }
      const stop = keep(db, parts, name, owner);
      try {
        return await work();
      } finally {
        stop();
        await give_back(db, name, owner);
      }
    },
  };
}

/** True if the lease is now that owner's: it was free, had run out, or was theirs before. */
async function take(db: IDBPDatabase<LeaseSchema>, lease: Lease, now: number): Promise<boolean> {
  const tx = db.transaction('leases', 'readwrite');
  const held = await tx.store.get(lease.name);
  const free = held === undefined || held.until <= now || held.owner === lease.owner;
  if (free) await tx.store.put(lease);
  await tx.done;
  return free;
}

function keep(db: IDBPDatabase<LeaseSchema>, parts: Parts, name: string, owner: string): () => void {
  let stopped = false;
  let cancel = () => {};
  const again = () => {
    if (stopped) return;
    cancel = parts.after(renew_ms, () => {
      take(db, { name, owner, until: parts.now() + lease_ms }, parts.now()).then(again, again);
    });
  };
  again();
  return () => {
    stopped = true;
    cancel();
  };
}

async function give_back(db: IDBPDatabase<LeaseSchema>, name: string, owner: string): Promise<void> {
  const tx = db.transaction('leases', 'readwrite');
  if ((await tx.store.get(name))?.owner === owner) await tx.store.delete(name);
  await tx.done;
}

function pause(parts: Parts, ms: number): Promise<void> {
  return new Promise((resolve) => {
    parts.after(ms, resolve);
  });
}
