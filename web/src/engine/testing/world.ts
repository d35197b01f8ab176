/** Surroundings for tests: a clock that is moved by hand, browsers with tabs, and a network that can be cut. */
import { IDBFactory } from 'fake-indexeddb';
import type { ChannelLike, Env, Lifecycle, LocksLike, SocketLike } from '../env';
// Here already when an engine asks for it: the clock of a test does not wait for the disk.
import '../leader/leader';
import { FakeServer } from './server';

const frame_ms = 16;

interface Timer {
  at: number;
  order: number;
  work: () => void;
}

export class Clock {
  now = 1_800_000_000_000;
  private order = 0;
  private timers: Timer[] = [];

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.now + ms, order: this.order, work };
    this.order += 1;
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves on, letting everything due happen at its time, and what follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const [due] = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order);
      if (due === undefined) break;
      this.timers = this.timers.filter((other) => other !== due);
      this.now = Math.max(this.now, due.at);
      due.work();
      await turn();
    }
    this.now = end;
    await turn();
  }
}

/** Lets promises and IndexedDB (which works by setImmediate here) go on. */
export async function turn(times = 4): Promise<void> {
  for (let i = 0; i < times; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A small, repeatable source of chance (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class World {
  readonly clock = new Clock();
  readonly random: () => number;
  readonly server: FakeServer;

  constructor(
    seed = 1,
    /** Longest delay of an answer or a frame; 0: at once. */
    readonly delay_ms = 0,
  ) {
    this.random = chance(seed);
    this.server = new FakeServer(() => this.clock.now);
  }

  browser(): Browser {
    return new Browser(this);
  }

  /** Moves the clock in small steps until the condition holds. */
  async until(condition: () => boolean, what = 'the condition', most_ms = 120_000): Promise<void> {
    await turn();
    for (let waited = 0; waited < most_ms; waited += 20) {
      if (condition()) return;
      await this.clock.advance(20);
    }
    throw new Error(`waited ${most_ms} ms in vain for ${what}`);
  }

  /** Moves the clock until the promise is settled, and answers what it brought. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    promise.then(
      () => {
        done = true;
      },
      () => {
        done = true;
      },
    );
    await this.until(() => done, 'a promise');
    return promise;
  }

  delay(): number {
    return Math.floor(this.random() * (this.delay_ms + 1));
  }
}

/** One profile: its tabs share the cookie, the databases, the locks and the channels. */
export class Browser {
  readonly databases = new IDBFactory();
  cookie: string | undefined;
  online = true;
  /** The network takes everything and delivers nothing, without a word. */
  swallowing = false;
  readonly tabs = new Set<Tab>();
  private readonly held = new Map<string, { tab: Tab; go: () => void; left: boolean }[]>();
  readonly channels = new Set<{ name: string; tab: Tab; like: ChannelLike }>();

  constructor(readonly world: World) {}

  tab({ visible = true } = {}): Tab {
    const tab = new Tab(this, visible);
    this.tabs.add(tab);
    return tab;
  }

  cut(): void {
    this.online = false;
    for (const tab of this.tabs) tab.drop_sockets();
    for (const tab of this.tabs) tab.tell('offline');
  }

  mend(): void {
    this.online = true;
    for (const tab of this.tabs) tab.tell('online');
  }

  /** In order of asking, one at a time per name. A tab that dies lets go. */
  locks(tab: Tab): LocksLike {
    return {
      hold: async (name, work, signal) => {
        const queue = this.held.get(name) ?? [];
        this.held.set(name, queue);
        const me = { tab, go: () => {}, left: false };
        const turn = new Promise<void>((resolve, reject) => {
          me.go = resolve;
          signal?.addEventListener('abort', () => {
            if (queue[0] === me) return;
            this.leave(name, me);
            reject(new DOMException('aborted', 'AbortError'));
          });
        });
        queue.push(me);
        if (queue[0] === me) me.go();
        await turn;
        try {
          return await work();
        } finally {
          this.leave(name, me);
        }
      },
    };
  }

  private leave(name: string, me: { tab: Tab; go: () => void }): void {
    const queue = this.held.get(name) ?? [];
    const at = queue.indexOf(me as (typeof queue)[number]);
    if (at === -1) return;
    queue.splice(at, 1);
    if (at === 0) queue[0]?.go();
  }

  let_go(tab: Tab): void {
    for (const [name, queue] of this.held) for (const one of [...queue]) if (one.tab === tab) this.leave(name, one);
    for (const channel of [...this.channels]) if (channel.tab === tab) this.channels.delete(channel);
  }
}

export class Tab {
  readonly env: Env;
  alive = true;
  private readonly listeners = new Set<(event: Lifecycle) => void>();
  private readonly doers = new Set<() => void>();
  private readonly sockets = new Set<{ lost(): void }>();

  constructor(
    readonly browser: Browser,
    public visible: boolean,
  ) {
    const { world } = browser;
    this.env = {
      origin: 'http://parlor.test',
      device: 'Test',
      fetch: (url, request) => this.fetch(url, request),
      open_socket: () => this.open_socket(),
      now: () => world.clock.now,
      random: world.random,
      random_bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(world.random() * 256)),
      after: (ms, work) => world.clock.after(ms, () => this.alive && work()),
      next_frame: (work) => world.clock.after(frame_ms, () => this.alive && work()),
      locks: browser.locks(this),
      open_channel: (name) => this.open_channel(name),
      indexed_db: browser.databases,
      visible: () => this.visible,
      on_activity: (listener) => {
        this.doers.add(listener);
        return () => this.doers.delete(listener);
      },
      on_lifecycle: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    };
  }

  tell(event: Lifecycle): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  /** The reader touches a key. */
  touch(): void {
    for (const listener of [...this.doers]) listener();
  }

  show(visible: boolean): void {
    this.visible = visible;
    this.tell(visible ? 'visible' : 'hidden');
  }

  /** The process is gone: nothing more is run, sent or heard, and the browser takes its locks back. */
  crash(): void {
    this.alive = false;
    this.drop_sockets();
    this.listeners.clear();
    this.doers.clear();
    this.browser.tabs.delete(this);
    this.browser.let_go(this);
  }

  drop_sockets(): void {
    for (const socket of [...this.sockets]) socket.lost();
  }

  private async fetch(url: string, request: Parameters<Env['fetch']>[1]): Promise<Awaited<ReturnType<Env['fetch']>>> {
    const { world } = this.browser;
    await this.pause();
    if (!this.browser.online) throw new TypeError('network');
    const path = url.replace('http://parlor.test/api/v1', '');
    const answer = world.server.http(request.method, path, request.headers.authorization, request.body, this.browser.cookie);
    await this.pause();
    if (!this.browser.online) throw new TypeError('network');
    if (answer.cookie !== undefined) this.browser.cookie = answer.cookie;
    return { status: answer.status, headers: { get: () => null }, text: async () => JSON.stringify(answer.body) ?? '' };
  }

  private pause(): Promise<void> {
    const { world } = this.browser;
    if (this.alive && world.delay_ms === 0) return Promise.resolve();
    return new Promise((resolve) => {
      world.clock.after(world.delay(), () => this.alive && resolve());
    });
  }

  private open_socket(): SocketLike {
    const { world, online } = { world: this.browser.world, online: this.browser.online };
    const like: SocketLike = { send: () => {}, close: () => {}, onopen: null, onmessage: null, onclose: null };
    // Frames of one connection stay in order, however long each is on its way.
    let last_at = 0;
    let open = true;
    const later = (work: () => void) => {
      last_at = Math.max(last_at, world.clock.now + world.delay());
      world.clock.after(last_at - world.clock.now, () => open && !this.browser.swallowing && work());
    };
    const lost = () => {
      if (!open) return;
      open = false;
      this.sockets.delete(handle);
      session?.gone();
      if (this.alive) world.clock.after(0, () => like.onclose?.());
    };
    const handle = { lost };
    const session = online
      ? world.server.connect(
          (frame) => later(() => like.onmessage?.(JSON.stringify(frame))),
          () => later(lost),
        )
      : undefined;
    like.send = (text) => later(() => session?.take(JSON.parse(text)));
    like.close = () => {
      open = false;
      this.sockets.delete(handle);
      session?.gone();
    };
    this.sockets.add(handle);
    if (session === undefined) world.clock.after(0, lost);
    else later(() => like.onopen?.());
    return like;
  }

  private open_channel(name: string): ChannelLike {
    const { channels, world } = this.browser;
    const like: ChannelLike = {
      onmessage: null,
      post: (message) => {
        const copy = structuredClone(message);
        for (const other of channels) {
          if (other === own || other.name !== name) continue;
          world.clock.after(0, () => other.tab.alive && channels.has(other) && other.like.onmessage?.(copy));
        }
      },
      close: () => {
        channels.delete(own);
      },
    };
    const own = { name, tab: this, like };
    channels.add(own);
    return like;
  }
}
