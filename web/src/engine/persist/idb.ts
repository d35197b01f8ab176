/** Opens a database of a given factory (idb itself knows only the global one). */
import { type DBSchema, type IDBPDatabase, wrap } from 'idb';

/**
 * Gives way when another tab wants to upgrade or delete the database; later calls then fail. `upgrade` brings any older
 * version (0: none) to this one.
 */
export async function open_database<Schema extends DBSchema>(
  factory: IDBFactory,
  name: string,
  version: number,
  upgrade: (db: IDBDatabase, old_version: number) => void,
): Promise<IDBPDatabase<Schema>> {
  const ask = factory.open(name, version);
  ask.onupgradeneeded = (event) => upgrade(ask.result, event.oldVersion);
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    ask.onsuccess = () => resolve(ask.result);
    ask.onerror = () => reject(ask.error);
  });
  db.onversionchange = () => db.close();
  return wrap(db) as unknown as IDBPDatabase<Schema>;
}

/** Resolves also when another tab still holds the database: it goes as soon as that tab lets go. */
export function delete_database(factory: IDBFactory, name: string): Promise<void> {
  return new Promise((resolve) => {
    const ask = factory.deleteDatabase(name);
    ask.onsuccess = () => resolve();
    ask.onerror = () => resolve();
    ask.onblocked = () => resolve();
  });
}
