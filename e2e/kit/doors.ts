import { expect } from '@playwright/test';
import { io as io47, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { io as io41 } from 'socket.io-client-4.1';
import { Line } from './line.ts';
import type { Server } from './server.ts';
import { test as base } from './test.ts';

/** The clients that come: those that recover what they missed, and those from before that. */
export const CLIENTS = { '4.7': io47, '4.1': io41 } as const;
export type Version = keyof typeof CLIENTS;

/** What carries them. */
export type Carrier = 'polling alone' | 'WebSocket alone' | 'polling, then WebSocket';
export const CARRIERS: Record<Carrier, { transports: ('polling' | 'websocket')[] }> = {
  'polling alone': { transports: ['polling'] },
  'WebSocket alone': { transports: ['websocket'] },
  'polling, then WebSocket': { transports: ['polling', 'websocket'] },
};

export const WAYS = (['4.7', '4.1'] as const).flatMap((version) =>
  (Object.keys(CARRIERS) as Carrier[]).map((carrier) => ({ version, carrier })),
);

export interface Answer {
  status: number;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are another system's, checked where they are used
  body: any;
}

/** A call as the pages of other systems make it; the body comes back as JSON where it is said to be. */
export async function call(server: Server, method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const [type, text] = [answer.headers.get('content-type') ?? '', await answer.text()];
  expect(text, 'nobody is told a password or its hash').not.toMatch(/\$argon2|"password/i);
  return { status: answer.status, type, body: type.startsWith('application/json') ? JSON.parse(text) : text };
}

/** One client's socket, and all it was told, in order. */
export class Ear {
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are another system's, checked where they are used
  readonly heard: { event: string; arg: any }[] = [];
  /** How often it was let in, and why it was not. */
  connects = 0;
  refusals: string[] = [];
  /** Why its lines ended. */
  ends: string[] = [];

  constructor(readonly socket: Socket) {
    socket.onAny((event: string, arg: unknown) => this.heard.push({ event, arg }));
    socket.on('connect', () => this.connects++);
    socket.on('connect_error', (error) => this.refusals.push(error.message));
    socket.on('disconnect', (reason) => this.ends.push(reason));
  }

  events(): string[] {
    return this.heard.map(({ event }) => event);
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  all(event: string): any[] {
    return this.heard.flatMap((one) => (one.event === event ? [one.arg] : []));
  }

  texts(event: string, field: string): string[] {
    return this.all(event).map((message) => message[field]);
  }

  async connected(): Promise<void> {
    await expect.poll(() => this.socket.connected, { intervals: [10, 25, 50] }).toBe(true);
  }

  /** The transport it uses now. */
  transport(): string {
    return this.socket.io.engine.transport.name;
  }

  /** Waits until it has moved to where it wants to be. */
  async settled(carrier: Carrier): Promise<void> {
    await this.connected();
    const wanted = CARRIERS[carrier].transports.at(-1);
    await expect.poll(() => this.transport(), { intervals: [10, 25, 50] }).toBe(wanted);
  }

  /** Ends the line below Socket.IO. It does not come back by itself until it is called. */
  async hangUp(): Promise<void> {
    this.socket.io.reconnection(false);
    this.socket.io.engine.close();
    await expect.poll(() => this.socket.connected).toBe(false);
  }

  async comeBack(): Promise<void> {
    this.socket.io.reconnection(true);
    this.socket.connect();
    await this.connected();
  }

  /** Until everything this client has sent was looked at, and everything told before was heard. */
  async upToDate(): Promise<void> {
    await new Promise<void>((done) => this.socket.emit('are you there', () => done()));
  }
}

interface Way {
  version?: Version;
  carrier?: Carrier;
  auth?: unknown;
  /** Another address than the server's. */
  url?: string;
}

interface Doors {
  /** Opens a socket; it is closed with the story. */
  ear: (way?: Way) => Ear;
  /** A line to the server that can break. */
  line: () => Promise<Line>;
}

export const test = base.extend<Doors>({
  ear: async ({ server }, use) => {
    const all: Ear[] = [];
    await use(({ version = '4.7', carrier = 'polling, then WebSocket', auth, url } = {}) => {
      const options: Partial<ManagerOptions & SocketOptions> = {
        ...CARRIERS[carrier],
        ...(auth !== undefined && { auth: auth as Record<string, unknown> }),
        forceNew: true,
        reconnectionDelay: 50,
        reconnectionDelayMax: 200,
      };
      const ear = new Ear(CLIENTS[version](url ?? server.url, options));
      all.push(ear);
      return ear;
    });
    for (const { socket } of all) socket.disconnect();
  },

  line: async ({ server }, use) => {
    const all: Line[] = [];
    await use(async () => {
      const line = await Line.to(server.url);
      all.push(line);
      return line;
    });
    for (const line of all) line.close();
  },
});

export { expect };
