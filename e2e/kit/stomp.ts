import { Client } from '@stomp/stompjs';
import SockJS from 'sockjs-client';
import { Stomp as Old } from 'stompjs/lib/stomp.js';
import { WebSocket } from 'ws';
import type { Server } from './server.ts';
import { test as base, expect } from './test.ts';

// What it does by itself in a page, where there is a `window`.
Old.setInterval = (every, work) => setInterval(work, every);
Old.clearInterval = (timer) => clearInterval(timer as NodeJS.Timeout);

/** What carries a client: a WebSocket as it is, or what SockJS makes do with. */
export const CARRIERS = ['plain', 'websocket', 'xhr-streaming', 'xhr-polling'] as const;
export type Carrier = (typeof CARRIERS)[number];
/** The clients that come: the one that is kept up, and the one of 2014. */
export type Version = '7.5' | '2.3';

export const WAYS = (['7.5', '2.3'] as const).flatMap((version) => CARRIERS.map((carrier) => ({ version, carrier })));

// biome-ignore lint/suspicious/noExplicitAny: the shapes are the door's, checked where they are used
export type Told = any;

/** A call as the pages of these clients make it. */
export async function call(server: Server, method: string, path: string, body?: unknown, token?: string) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text && JSON.parse(text)) as Told };
}

function socket(server: Server, carrier: Carrier, protocols: string[]): unknown {
  if (carrier === 'plain') return new WebSocket(`${server.url.replace('http', 'ws')}/stomp`, protocols);
  return new SockJS(`${server.url}/websocket`, null, { transports: carrier });
}

/** One client's connection, and all it was told. */
export interface Line {
  /** How often it was let in, and what was said against it. */
  connects: number;
  errors: string[];
  closed: number;
  heard: Told[];
  subscribe(destination: string, headers?: Record<string, string>): Promise<void>;
  send(destination: string, body: unknown): void;
  /** Ends it, and waits until the server has taken all that was sent. */
  leave(): Promise<void>;
  drop(): void;
}

function newLine(server: Server, token: string, carrier: Carrier, reconnectDelay: number): Line {
  const client = new Client({
    webSocketFactory: () => socket(server, carrier, ['v12.stomp', 'v11.stomp', 'v10.stomp']) as never,
    connectHeaders: { Authorization: `Bearer ${token}` },
    reconnectDelay,
  });
  let receipts = 0;
  const line: Line = {
    connects: 0,
    errors: [],
    closed: 0,
    heard: [],
    subscribe: (destination, headers = {}) =>
      new Promise((done) => {
        const receipt = `s-${receipts++}`;
        client.watchForReceipt(receipt, () => done());
        client.subscribe(destination, (message) => line.heard.push(JSON.parse(message.body)), { ...headers, receipt });
      }),
    send: (destination, body) => client.publish({ destination, body: JSON.stringify(body) }),
    leave: () => client.deactivate(),
    drop: () => client.forceDisconnect(),
  };
  client.onConnect = () => line.connects++;
  client.onStompError = (frame) => line.errors.push(frame.body);
  client.onWebSocketClose = () => line.closed++;
  client.activate();
  return line;
}

function oldLine(server: Server, token: string, carrier: Carrier): Line {
  const client = Old.over(socket(server, carrier, ['v10.stomp', 'v11.stomp']));
  client.debug = null;
  const waiting = new Map<string, () => void>();
  client.onreceipt = (frame) => waiting.get(frame.headers['receipt-id'] ?? '')?.();
  const line: Line = {
    connects: 0,
    errors: [],
    closed: 0,
    heard: [],
    subscribe: (destination, headers = {}) =>
      new Promise((done) => {
        const receipt = `s-${waiting.size}`;
        waiting.set(receipt, done);
        client.subscribe(destination, (message) => line.heard.push(JSON.parse(message.body)), { ...headers, receipt });
      }),
    send: (destination, body) => client.send(destination, {}, JSON.stringify(body)),
    leave: () => new Promise((done) => client.disconnect(done)),
    drop: () => client.disconnect(() => {}),
  };
  const failed = (error: { body: string } | string) => {
    if (typeof error === 'string') line.closed++;
    else line.errors.push(error.body);
  };
  client.connect({ Authorization: `Bearer ${token}` }, () => line.connects++, failed);
  return line;
}

interface Doors {
  /** Opens a line and waits until it stands; it is closed with the story. */
  line: (token: string, way?: { version?: Version; carrier?: Carrier; reconnectDelay?: number }) => Promise<Line>;
}

export const test = base.extend<Doors>({
  line: async ({ server }, use) => {
    const all: Line[] = [];
    await use(async (token, { version = '7.5', carrier = 'plain', reconnectDelay = 0 } = {}) => {
      const line = version === '7.5' ? newLine(server, token, carrier, reconnectDelay) : oldLine(server, token, carrier);
      all.push(line);
      await expect.poll(() => line.connects + line.errors.length, { intervals: [10, 25, 50] }).toBeGreaterThan(0);
      return line;
    });
    for (const line of all) line.drop();
  },
});

export { expect };
