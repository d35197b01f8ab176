/**
 * Small things of the account, each refetched whole when its version differs (`GET /me/{name}`). Only what somebody on this
 * device has asked for; from then on it is kept for the next start, and the leader keeps it fresh.
 */
import type { Env } from '../env';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { Api } from '../transport/api';
import { backoff_ms } from '../transport/backoff';
import { EngineError, type Readable } from '../types';

export interface DocumentsParts {
  env: Env;
  store: Store;
  api: Api;
  publish(fact: Fact): void;
}

export class Documents {
  private readonly readables = new Map<string, Readable<unknown>>();
  private readonly fetching = new Set<string>();
  private stopped = false;

  constructor(private readonly parts: DocumentsParts) {}

  /** Asked for when it is first looked at. */
  readable<T>(name: string): Readable<T | undefined> {
    let readable = this.readables.get(name);
    if (readable === undefined) {
      const { documents } = this.parts.store;
      let asked = false;
      const ask = () => {
        if (asked) return;
        asked = true;
        if (documents.get(name) === undefined) void this.fetch(name);
      };
      readable = {
        get: () => {
          ask();
          return documents.get(name)?.value;
        },
        subscribe: (listener) => {
          ask();
          return documents.subscribe(name, listener);
        },
      };
      this.readables.set(name, readable);
    }
    return readable as Readable<T | undefined>;
  }

  /** The server has told which versions there are. In the leader. */
  refresh(): void {
    const { documents } = this.parts.store;
    for (const [name, { version }] of documents.entries()) if (version !== this.version(name)) void this.fetch(name);
  }

  /** What is kept of it here is out of date, though no version says so. In the leader. */
  renew(name: string): void {
    if (this.parts.store.documents.get(name) !== undefined) void this.fetch(name);
  }

  stop(): void {
    this.stopped = true;
  }

  private version(name: string): number {
    return this.parts.store.versions.get(name) ?? 0;
  }

  private async fetch(name: string, tries = 0): Promise<void> {
    const version = this.version(name);
    if (this.fetching.has(name) || this.stopped) return;
    // Another tab may have it by now.
    if (tries > 0 && this.parts.store.documents.get(name)?.version === version) return;
    this.fetching.add(name);
    let wait_ms: number | undefined;
    try {
      const value = await this.parts.api.call<unknown>('GET', `/me/${name}`);
      this.parts.publish({ fact: 'document', name, version, value });
      if (version !== this.version(name)) wait_ms = 0;
    } catch (error) {
      // A server that knows no such document will not learn it by being asked again.
      if (!(error instanceof EngineError) || !['not_found', 'invalid'].includes(error.code))
        wait_ms = backoff_ms(tries, 1_000, 30_000, () => this.parts.env.random());
    }
    this.fetching.delete(name);
    if (wait_ms !== undefined) this.parts.env.after(wait_ms, () => void this.fetch(name, tries + 1));
  }
}
