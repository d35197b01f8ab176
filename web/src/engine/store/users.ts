/** Profiles by id: asked for in batches when someone looks, once per start (a cached one may be old). */
import type { User } from '../protocol';
import type { Readable } from '../types';
import type { Store } from './store';

const batch_ms = 10;
const most_ids = 100;

export class Users {
  private readonly asked = new Set<string>();
  private wanted: string[] = [];
  private cancel: (() => void) | undefined;
  private readonly readables = new Map<string, Readable<User | undefined>>();

  constructor(
    private readonly store: Store,
    private readonly after: (ms: number, work: () => void) => () => void,
    /** Fetches and puts into the store. */
    private readonly fetch: (ids: string[]) => Promise<void>,
  ) {}

  /** Asks when subscribed to or read for the first time. */
  readable(id: string): Readable<User | undefined> {
    let readable = this.readables.get(id);
    if (readable === undefined) {
      readable = {
        get: () => {
          this.want(id);
          return this.store.users.get(id);
        },
        subscribe: (listener) => this.store.users.subscribe(id, listener),
      };
      this.readables.set(id, readable);
    }
    return readable;
  }

  want(id: string): void {
    if (this.asked.has(id)) return;
    this.asked.add(id);
    this.wanted.push(id);
    this.cancel ??= this.after(batch_ms, () => this.ask());
  }

  /** Asks again for those who could not be fetched. */
  again(): void {
    if (this.wanted.length > 0) this.ask();
  }

  private ask(): void {
    this.cancel?.();
    this.cancel = undefined;
    const wanted = this.wanted.splice(0);
    for (let i = 0; i < wanted.length; i += most_ids) {
      const ids = wanted.slice(i, i + most_ids);
      this.fetch(ids).catch(() => this.wanted.push(...ids));
    }
  }
}
