import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const BINARY = process.env.PARLOR_TEST_BIN ?? resolve(import.meta.dirname, '../../target/debug/parlor');
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 15_000;

/** An entry of a conversation's log, as the server tells it. */
export interface Entry {
  seq: number;
  kind: string;
  message?: { text: string; sender: string };
}

/** A real `parlor serve` on its own port and data. It can be stopped, killed and started again: address and data stay. */
export class Server {
  readonly url: string;
  private process: ChildProcess | undefined;
  private log = '';

  private constructor(
    private readonly port: number,
    private readonly data: string,
    private readonly settings: Record<string, string>,
  ) {
    // By name, not by number: cookies, secure contexts and the origin check then work as they do for people.
    this.url = `http://localhost:${port}`;
  }

  /** `settings` as variables of the environment. */
  static async create(settings: Record<string, string> = {}): Promise<Server> {
    const server = new Server(await freePort(), await mkdtemp(join(tmpdir(), 'parlor-journey-')), settings);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const process_ = spawn(BINARY, ['serve', '--listen', `127.0.0.1:${this.port}`, '--data', this.data], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // In most stories people know each other.
      env: { PARLOR_APP_REQUESTS: 'off', ...process.env, ...this.settings },
    });
    let failure: Error | undefined;
    process_.on('error', (error) => {
      failure = error;
    });
    for (const stream of [process_.stdout, process_.stderr]) stream.on('data', (bytes) => (this.log += String(bytes)));
    this.process = process_;
    const began = Date.now();
    while (!(await this.answers())) {
      if (failure || process_.exitCode !== null || Date.now() - began > START_LIMIT_MS) {
        throw new Error(`${BINARY} does not serve: ${failure ?? ''}\n${this.log}`);
      }
      await new Promise((later) => setTimeout(later, 25));
    }
  }

  /** As an operator would: it finishes what it does. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** As a power cut would. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }

  /** What it has said so far, for a failed test. */
  said(): string {
    return this.log;
  }

  /** Says something by REST: for stories that begin long after the first word. */
  async say(
    login: { username: string; password: string },
    conversation: string,
    texts: readonly string[],
    more: { reply_to?: number } = {},
  ): Promise<void> {
    const { username, password } = login;
    const auth = await this.ask('POST', '/auth/login', { login: username, password, device: 'journey' });
    for (const text of texts) {
      const message = { client_id: randomUUID(), text, ...more };
      await this.ask('POST', `/conversations/${conversation}/messages`, message, auth.access_token);
    }
  }

  /** A call in somebody's name, for what would take a person too long: times by the second. */
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are the protocol's, checked where they are used
  async call(login: { username: string; password: string }, method: string, path: string, body?: unknown): Promise<any> {
    const { username, password } = login;
    const auth = await this.ask('POST', '/auth/login', { login: username, password, device: 'journey' });
    return this.ask(method, path, body, auth.access_token);
  }

  /** The whole log of a conversation by REST: the truth that pages are held to. */
  async history(login: { username: string; password: string }, conversation: string): Promise<Entry[]> {
    const { username, password } = login;
    const auth = await this.ask('POST', '/auth/login', { login: username, password, device: 'journey' });
    const entries: Entry[] = [];
    for (;;) {
      const after = entries.at(-1)?.seq ?? 0;
      const page = await this.ask(
        'GET',
        `/conversations/${conversation}/log?after=${after}&limit=500`,
        undefined,
        auth.access_token,
      );
      entries.push(...page.entries);
      if ((entries.at(-1)?.seq ?? page.head_seq) >= page.head_seq) return entries;
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: the shapes are the protocol's, checked where they are used
  private async ask(method: string, path: string, body?: unknown, token?: string): Promise<any> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const ending = this.process;
    this.process = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null || ending.pid === undefined) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    const late = setTimeout(() => ending.kill('SIGKILL'), STOP_LIMIT_MS);
    await gone;
    clearTimeout(late);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
