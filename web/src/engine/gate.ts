/** Before anybody is signed in. */
import { ParlorEngine } from './engine';
import type { Env } from './env';
import { Accounts } from './persist/own';
import type { Auth, ServerInfo } from './protocol';
import { cookie_lock, resume_session, token_of } from './transport/tokens';
import { Wire } from './transport/wire';
import { type Engine, EngineError, type Gate } from './types';

export class ParlorGate implements Gate {
  private readonly wire: Wire;
  private readonly accounts: Accounts;

  constructor(private readonly env: Env) {
    this.wire = new Wire(env);
    this.accounts = new Accounts(env.indexed_db);
    env.on_lifecycle((event) => {
      if (event === 'online' || event === 'visible') void this.tell_logout();
    });
  }

  async server(): Promise<ServerInfo> {
    return (await this.wire.call('GET', '/server')) as ServerInfo;
  }

  signup(ask: { email: string; password: string; name: string; username?: string }): Promise<Engine> {
    return this.enter('/auth/signup', ask);
  }

  login(ask: { login: string; password: string }): Promise<Engine> {
    return this.enter('/auth/login', ask);
  }

  /**
   * Somebody known here starts from the cache at once; the cookie is tried in the background, and if it is refused the
   * engine says so by `on_signed_out`. Where nobody is known the server is not asked.
   */
  async resume(): Promise<Engine | undefined> {
    const me = await this.accounts.current();
    if (me === 'nobody') {
      void this.tell_logout();
      return undefined;
    }
    if (me !== undefined) return ParlorEngine.start(this.env, me);
    try {
      return await this.begin(await resume_session(this.env, this.wire));
    } catch (error) {
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  }

  private async enter(path: string, ask: object): Promise<Engine> {
    await this.tell_logout();
    return this.env.locks.hold(cookie_lock, async () => {
      const auth = await this.wire.call('POST', path, { body: { ...ask, device: this.env.device, cookie: true } });
      return this.begin(auth as Auth);
    });
  }

  /** Ends the session of somebody who signed out without a connection. Tried again at the next chance. */
  private async tell_logout(): Promise<void> {
    if (!(await this.accounts.owes_logout())) return;
    await this.env.locks.hold(cookie_lock, async () => {
      // Another tab may have told it meanwhile, or somebody may have signed in.
      if (!(await this.accounts.owes_logout())) return;
      try {
        await this.wire.call('POST', '/auth/logout', { body: {} });
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== 'unauthenticated') return;
      }
      await this.accounts.logout_told();
    });
  }

  private async begin(auth: Auth): Promise<Engine> {
    await this.accounts.remember(auth.user);
    return ParlorEngine.start(this.env, auth.user, token_of(auth, this.env.now()));
  }
}
