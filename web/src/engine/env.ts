/**
 * Everything the engine takes from its surroundings. Handed in, so that tests run in Node with their own clock,
 * network and tabs; `browser.ts` is the one file that fills it from a real browser.
 */
export interface SocketLike {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((text: string) => void) | null;
  /** Called once, also when opening failed. */
  onclose: (() => void) | null;
}

export interface ChannelLike {
  post(message: unknown): void;
  onmessage: ((message: unknown) => void) | null;
  close(): void;
}

export interface LocksLike {
  /** Runs `work` while holding the named lock, in order of asking. Rejects when `signal` aborts the wait. */
  hold<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** `resume`: the page came back from sleep or the back-forward cache. */
export type Lifecycle = 'online' | 'offline' | 'visible' | 'hidden' | 'resume';

export interface Request {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export interface Env {
  /** Origin of the server, without a slash at the end. */
  readonly origin: string;
  /** Told to the server as the name of this device. */
  readonly device: string;
  fetch(url: string, request: Request): Promise<Answer>;
  open_socket(url: string): SocketLike;
  /** Milliseconds since 1970. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  random_bytes(count: number): Uint8Array;
  /** Calls `work` once after `ms`; the answer cancels it. */
  after(ms: number, work: () => void): () => void;
  /** Calls `work` once, before the next frame is drawn, and soon where none is drawn; the answer cancels it. */
  next_frame(work: () => void): () => void;
  readonly locks: LocksLike;
  open_channel(name: string): ChannelLike;
  /** undefined: nothing can be kept on this device. */
  readonly indexed_db: IDBFactory | undefined;
  visible(): boolean;
  /** The reader did something: a key, a pointer. May be told seldom while they go on. */
  on_activity(listener: () => void): () => void;
  on_lifecycle(listener: (event: Lifecycle) => void): () => void;
}
