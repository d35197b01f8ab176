/** The access token: in memory only, renewed by the refresh cookie, shared with the other tabs of the account. */
import type { Env } from '../env';
import type { Auth } from '../protocol';
import { EngineError } from '../types';
import type { Wire } from './wire';

export interface Token {
  account: string;
  access_token: string;
  expires_at: number;
}

/** Whoever uses the refresh cookie, or replaces it, holds this. */
export const cookie_lock = 'parlor-refresh';

export class Tokens {
  private token: Token | undefined;
  private refreshing: Promise<Token> | undefined;
  private readonly listeners = new Set<(token: Token) => void>();
  /** Called once the server refused the refresh token. */
  on_refused: ((reason: string) => void) | undefined;

  constructor(
    private readonly env: Env,
    private readonly wire: Wire,
    readonly account: string,
  ) {}

  /** Takes over a token from sign-in or from another tab. */
  adopt(token: Token): void {
    if (token.account !== this.account) return;
    if (this.token !== undefined && token.expires_at <= this.token.expires_at) return;
    this.token = token;
    for (const listener of this.listeners) listener(token);
  }

  on_change(listener: (token: Token) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  current(): Token | undefined {
    return this.token;
  }

  /** The server does not take the current token: the next one who needs one has to refresh. */
  discard(): void {
    if (this.token !== undefined) this.token = { ...this.token, expires_at: 0 };
  }

  /** A token good for at least `margin_ms` more. */
  async fresh(margin_ms = 15_000): Promise<Token> {
    const token = this.token;
    if (token !== undefined && token.expires_at - this.env.now() > margin_ms) return token;
    return this.refresh(token);
  }

  /**
   * Replaces `stale`. A refresh token works once, so only one tab refreshes at a time, and one that waited for the
   * lock first looks whether the tab before it has handed over its result.
   */
  refresh(stale: Token | undefined): Promise<Token> {
    this.refreshing ??= this.env.locks
      .hold(cookie_lock, async () => {
        const token = this.token;
        if (token !== undefined && token.access_token !== stale?.access_token) return token;
        return this.renew();
      })
      .finally(() => {
        this.refreshing = undefined;
      });
    return this.refreshing;
  }

  private async renew(): Promise<Token> {
    let auth: Auth;
    try {
      auth = await refresh_session(this.wire);
    } catch (error) {
      if (error instanceof EngineError && error.code === 'unauthenticated') this.on_refused?.(error.message);
      throw error;
    }
    if (auth.user.id !== this.account) {
      this.on_refused?.('another account has signed in');
      throw new EngineError('unauthenticated', 'another account has signed in');
    }
    const token = token_of(auth, this.env.now());
    this.adopt(token);
    return token;
  }
}

export function token_of(auth: Auth, now: number): Token {
  return { account: auth.user.id, access_token: auth.access_token, expires_at: now + auth.expires_in * 1000 };
}

/** Before it is known whose cookie this is. Same lock as above. */
export function resume_session(env: Env, wire: Wire): Promise<Auth> {
  return env.locks.hold(cookie_lock, () => refresh_session(wire));
}

async function refresh_session(wire: Wire): Promise<Auth> {
  return (await wire.call('POST', '/auth/refresh', { body: {} })) as Auth;
}
