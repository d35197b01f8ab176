/**
 * The one live connection: hello and welcome, liveness, renewal of the token, reconnects. What the frames mean is
 * decided in `sync.ts`. Promises nothing about commands in flight when the connection breaks: they fail with `offline`
 * and whoever sent them asks again.
 */
import type { Env, SocketLike } from '../env';
import { type Answers, type Bye, type ClientFrame, type Ok, parse_frame, type ServerFrame, type Welcome } from '../protocol';
import type { Api } from '../transport/api';
import { backoff_ms } from '../transport/backoff';
import type { Tokens } from '../transport/tokens';
import { type Connection, EngineError, type OwnPresence } from '../types';
import { Intake } from './intake';

export interface SocketEvents {
  /** Cursors of the conversations to be caught up first (≤ 100). */
  known(): Record<string, number>;
  /** How the reader wants to be seen, from the first moment. */
  status(): OwnPresence;
  welcome(frame: Welcome): void;
  /** What the server told by itself since the last frame was drawn. */
  frames(frames: readonly ServerFrame[]): void;
  /** Every change but `online`, which sync declares once it has caught up. */
  state(connection: Connection): void;
  /** The session is over for good. */
  ended(reason: string): void;
}

type Command<Op> = Omit<Extract<ClientFrame, { op: Op }>, 'op' | 'id'>;

interface Waiting {
  resolve(frame: Ok): void;
  reject(error: EngineError): void;
}

const first_retry_ms = 500;
const most_retry_ms = 30_000;
const hello_ms = 15_000;
const doubt_ms = 2_000;

export class Socket {
  private link: SocketLike | undefined;
  private welcomed = false;
  private stopped = true;
  /** The device says it is offline. What still came through may have been the last. */
  private doubted = false;
  private tries = 0;
  private next_id = 0;
  private url: string | undefined;
  private heartbeat_ms = 30_000;
  private heard_at = 0;
  private cancel_retry: (() => void) | undefined;
  private cancel_watch: (() => void) | undefined;
  private cancel_renewal: (() => void) | undefined;
  private readonly waiting = new Map<string, Waiting>();
  private readonly intake: Intake;
  private readonly forget: (() => void)[] = [];

  constructor(
    private readonly env: Env,
    private readonly tokens: Tokens,
    private readonly api: Api,
    private readonly events: SocketEvents,
  ) {
    this.intake = new Intake(env, (frames) => events.frames(frames));
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.tries = 0;
    this.forget.push(
      this.env.on_lifecycle((event) => {
        if (event !== 'hidden' && event !== 'offline') this.wake();
        // No later moment is promised.
        if (event === 'hidden') this.intake.flush();
        if (event === 'online' || event === 'offline') this.doubted = event === 'offline';
        if (event === 'offline') this.check(doubt_ms);
      }),
      this.tokens.on_change((token) => {
        if (this.welcomed) this.write({ op: 'token', token: token.access_token });
        this.plan_renewal();
      }),
    );
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    for (const forget of this.forget.splice(0)) forget();
    this.drop();
  }

  /** Sends a frame that nobody answers; false without a connection. */
  say(frame: ClientFrame): boolean {
    if (this.welcomed) this.write(frame);
    return this.welcomed;
  }

  /** Sends a command and waits for its `ok`. Fails with the server's code, or `offline` when the connection broke. */
  async command<Op extends keyof Answers>(op: Op, command: Command<Op>): Promise<Answers[Op]> {
    if (!this.welcomed) throw new EngineError('offline', 'Not connected.');
    this.next_id += 1;
    const id = String(this.next_id);
    // One of the union, though with `Op` open the compiler cannot tell which.
    const frame: unknown = { op, ...command, id };
    const ok = await new Promise<Ok>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.write(frame as ClientFrame);
    });
    return ok as Ok & Answers[Op];
  }

  /** Connects now instead of at the next try, or makes sure that the open connection still lives. */
  private wake(): void {
    if (this.stopped) return;
    if (this.welcomed) {
      this.check(5_000);
      return;
    }
    if (this.cancel_retry !== undefined) {
      this.tries = 0;
      this.cancel_retry();
      void this.connect();
    }
  }

  private async connect(): Promise<void> {
    this.cancel_retry = undefined;
    this.events.state({ state: 'connecting' });
    try {
      const token = await this.tokens.fresh();
      if (this.tries > 0) this.url = await this.ask_where();
      if (this.stopped || this.link !== undefined) return;
      this.open(token.access_token);
    } catch (error) {
      // A refused refresh token has stopped this socket already.
      if (this.stopped) return;
      this.retry(
        error instanceof EngineError ? error.code : 'offline',
        error instanceof EngineError ? error.retry_after_ms : undefined,
      );
    }
  }

  /** The usual place is tried first, so that a start costs no extra round trip. */
  private async ask_where(): Promise<string | undefined> {
    try {
      return (await this.api.gateway()).url;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  private open(token: string): void {
    const link = this.env.open_socket(this.url ?? `${this.env.origin.replace(/^http/, 'ws')}/api/v1/socket`);
    this.link = link;
    this.heard_at = this.env.now();
    this.watch(hello_ms);
    link.onopen = () => {
      if (this.link !== link) return;
      const status = this.events.status();
      const seen = status === 'online' ? {} : { status };
      this.write({ op: 'hello', token, client: this.env.device, known: this.events.known(), ...seen });
    };
    link.onmessage = (text) => {
      if (this.link !== link) return;
      this.heard_at = this.env.now();
      const frame = parse_frame(text);
      if (frame !== undefined) this.take(frame);
    };
    link.onclose = () => {
      if (this.link === link) this.lost('offline');
    };
  }

  private take(frame: ServerFrame): void {
    if (is_answer(frame)) this.intake.flush();
    switch (frame.op) {
      case 'welcome':
        this.welcomed = true;
        this.doubted = false;
        this.tries = 0;
        this.heartbeat_ms = frame.heartbeat_ms;
        this.watch(this.heartbeat_ms);
        this.plan_renewal();
        this.events.state({ state: 'catching_up' });
        this.events.welcome(frame);
        return;
      case 'ok':
        this.settle(frame.id)?.resolve(frame);
        return;
      case 'error': {
        const error = new EngineError(frame.code, frame.detail, undefined, frame.retry_after_ms ?? undefined);
        this.settle(frame.id ?? '')?.reject(error);
        return;
      }
      case 'bye':
        this.bye(frame.code, frame.detail, frame.retry_after_ms ?? undefined);
        return;
      case 'pong':
        return;
      default:
        this.intake.add(frame);
        return;
    }
  }

  private settle(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private bye(code: Bye, detail: string, retry_after_ms: number | undefined): void {
    if (code === 'revoked') {
      this.stop();
      this.events.ended(detail);
      return;
    }
    // A laptop that slept past its token's end is not signed out: whether the session lives is the refresh token's to say.
    if (code === 'expired' || code === 'unauthenticated') this.tokens.discard();
    this.lost(code, retry_after_ms);
  }

  private lost(reason: string, retry_after_ms?: number): void {
    this.drop();
    if (!this.stopped) this.retry(reason, retry_after_ms);
  }

  private drop(): void {
    this.intake.flush();
    const link = this.link;
    this.link = undefined;
    this.welcomed = false;
    for (const cancel of [this.cancel_retry, this.cancel_watch, this.cancel_renewal]) cancel?.();
    this.cancel_retry = undefined;
    if (link !== undefined) link.close();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of waiting) one.reject(new EngineError('offline', 'The connection broke.'));
  }

  private retry(reason: string, retry_after_ms = 0): void {
    const wait = Math.max(
      backoff_ms(this.tries, first_retry_ms, most_retry_ms, () => this.env.random()),
      retry_after_ms,
    );
    this.tries += 1;
    this.cancel_retry?.();
    this.cancel_retry = this.env.after(wait, () => void this.connect());
    this.events.state({ state: 'waiting', retry_at: this.env.now() + wait, reason });
  }

  /** A frame within `ms` or the connection is given up. */
  private check(ms: number): void {
    if (!this.welcomed) return;
    const asked_at = this.env.now();
    this.write({ op: 'ping' });
    this.cancel_watch?.();
    this.cancel_watch = this.env.after(ms, () => (this.heard_at >= asked_at ? this.watch(this.pace_ms()) : this.lost('timeout')));
  }

  /** The server's pings are invisible to scripts, so after `ms` of silence the client asks by itself. */
  private watch(ms: number): void {
    this.cancel_watch?.();
    this.cancel_watch = this.env.after(ms, () => {
      if (!this.welcomed) return this.lost('timeout');
      if (this.env.now() - this.heard_at >= ms) return this.check(this.pace_ms());
      this.watch(this.pace_ms());
    });
  }

  /** How long silence is nothing to worry about. */
  private pace_ms(): number {
    return this.doubted ? doubt_ms : this.heartbeat_ms;
  }

  private plan_renewal(): void {
    this.cancel_renewal?.();
    const token = this.tokens.current();
    if (!this.welcomed || token === undefined) return;
    const left = token.expires_at - this.env.now();
    const wait = Math.max(1_000, left - Math.max(20_000, left * 0.1));
    this.cancel_renewal = this.env.after(wait, () => {
      this.tokens.refresh(token).catch(() => this.plan_renewal());
    });
  }

  private write(frame: ClientFrame): void {
    this.link?.send(JSON.stringify(frame));
  }
}

/** What it speaks of may have been told before. */
const is_answer = ({ op }: ServerFrame): boolean => op === 'welcome' || op === 'ok' || op === 'error' || op === 'bye';
