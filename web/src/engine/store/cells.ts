/** Live state in 60 lines: one value, or a map of values, with listeners that cost nothing to those who look elsewhere. */
import type { Readable } from '../types';

export class Cell<T> implements Readable<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  readonly get = (): T => this.value;

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of this.listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** Listeners by key. */
export class Topics {
  private readonly listeners = new Map<string, Set<() => void>>();

  subscribe(key: string, listener: () => void): () => void {
    const set = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.listeners.get(key) === set) this.listeners.delete(key);
    };
  }

  announce(key: string): void {
    for (const listener of this.listeners.get(key) ?? []) listener();
  }
}

/** A mutable map: one change costs one write and the listeners of that key, whatever its size. */
export class EntityMap<T> {
  private readonly values = new Map<string, T>();
  private readonly topics = new Topics();

  get(key: string): T | undefined {
    return this.values.get(key);
  }

  set(key: string, value: T): void {
    if (Object.is(this.values.get(key), value)) return;
    this.values.set(key, value);
    this.topics.announce(key);
  }

  delete(key: string): void {
    if (this.values.delete(key)) this.topics.announce(key);
  }

  entries(): IterableIterator<[string, T]> {
    return this.values.entries();
  }

  keys(): IterableIterator<string> {
    return this.values.keys();
  }

  get size(): number {
    return this.values.size;
  }

  subscribe(key: string, listener: () => void): () => void {
    return this.topics.subscribe(key, listener);
  }
}
