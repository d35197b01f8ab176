/** The signed-in client of one tab: wires store, cache, outbox, socket and the other tabs together. */
import type { Env } from './env';
import { OwnMessages } from './outbox/own-messages';
import { Cache } from './persist/cache';
import { Accounts, Own } from './persist/own';
import type { Conversation, Me, Member, Session, User } from './protocol';
import type { Fact } from './store/facts';
import { Messages } from './store/messages';
import { Store } from './store/store';
import { TimelineState } from './store/timeline';
import { Users } from './store/users';
import { Sync } from './sync/sync';
import { Tabs } from './tabs/tabs';
import { Api, type MeChange } from './transport/api';
import { Socket } from './transport/socket';
import { type Token, Tokens } from './transport/tokens';
import { Wire } from './transport/wire';
import {
  type Connection,
  type ConversationView,
  type Engine,
  EngineError,
  type Extras,
  type Readable,
  type Timeline,
} from './types';

export class ParlorEngine implements Engine {
  readonly me: Readable<Me>;
  readonly connection: Readable<Connection>;
  readonly conversations: Readable<readonly string[]>;
  readonly unread_total: Readable<number>;
  readonly ready: Readable<boolean>;
  readonly message: Engine['message'];

  private readonly tokens: Tokens;
  private readonly api: Api;
  private readonly users: Users;
  private readonly quoted: Messages;
  private readonly tabs: Tabs;
  private readonly sync: Sync;
  private readonly socket: Socket;
  private readonly messages: OwnMessages;
  private ended: string | undefined;
  private stopped = false;
  private readonly ended_listeners = new Set<(reason: string) => void>();
  private readonly timelines = new Set<TimelineState>();
  private readonly views = new Map<string, Readable<ConversationView | undefined>>();
  private readonly forget: (() => void)[] = [];
  private readonly after = (ms: number, work: () => void) => this.env.after(ms, work);

  private constructor(
    private readonly env: Env,
    private readonly store: Store,
    private readonly cache: Cache,
    private readonly own: Own,
  ) {
    const account = store.me.get().id;
    this.me = store.me;
    this.connection = store.connection;
    this.conversations = store.order;
    this.unread_total = store.unread_total;
    this.ready = store.ready;
    const wire = new Wire(env);
    this.tokens = new Tokens(env, wire, account);
    this.tokens.on_refused = (reason) => this.end(reason, true);
    this.api = new Api(wire, this.tokens);
    this.users = new Users(store, this.after, async (ids) => this.publish({ fact: 'users', users: await this.api.users(ids) }));
    this.quoted = new Messages(store, this.after, (conversation, seqs) => this.api.messages(conversation, seqs));
    this.message = (conversation, seq) => this.quoted.readable(conversation, seq);
    this.sync = new Sync({
      env,
      store,
      api: this.api,
      publish: (fact) => this.publish(fact),
      arrived: (conversation, client_id) => this.messages.arrived(conversation, client_id),
    });
    this.socket = new Socket(env, this.tokens, this.api, {
      known: () => this.sync.known(),
      welcome: (frame) => {
        this.sync.welcome(frame);
        this.messages.wake();
        this.users.again();
        this.quoted.again();
      },
      frame: (frame) => this.sync.frame(frame),
      state: (connection) => {
        this.publish({ fact: 'connection', connection });
        if (connection.state !== 'catching_up') this.lost();
      },
      ended: (reason) => this.end(reason, true),
    });
    this.sync.socket = this.socket;
    this.messages = new OwnMessages({ env, store, own, socket: this.socket, publish: (fact) => this.publish(fact) });
    this.tabs = new Tabs(env, account, {
      lead: () => this.lead(),
      fact: (fact) => this.heard(fact),
      picture: () => this.picture(),
      token: (token) => this.tokens.adopt(token),
      ended: (reason) => this.end(reason, false),
    });
  }

  /** Loads what this device has and takes its place among the tabs. Needs no network. */
  static async start(env: Env, me: Me, token?: Token): Promise<ParlorEngine> {
    const after = (ms: number, work: () => void) => env.after(ms, work);
    const [{ cache, state }, own] = await Promise.all([
      Cache.open(env.indexed_db, me.id, after),
      Own.open(env.indexed_db, me.id),
    ]);
    const newest = state.me !== undefined && state.me.version > me.version ? state.me : me;
    const store = new Store(newest);
    store.apply({ fact: 'users', users: [...state.users, newest] });
    store.apply({ fact: 'rows', rows: state.rows, complete: false });
    for (const { conversation, text } of await own.drafts()) store.apply({ fact: 'draft', conversation, text });
    for (const row of await own.outbox())
      store.apply({ fact: 'pending', row: { ...row, state: row.state === 'failed' ? 'failed' : 'queued' } });
    if (state.rows.length > 0) store.apply({ fact: 'ready' });
    const engine = new ParlorEngine(env, store, cache, own);
    engine.open(token);
    return engine;
  }

  private open(token: Token | undefined): void {
    if (token !== undefined) this.tokens.adopt(token);
    this.forget.push(
      this.tokens.on_change((fresh) => this.tabs.share_token(fresh)),
      this.env.on_lifecycle((event) => {
        if (event === 'hidden') void this.cache.flush(this.store);
      }),
    );
    if (token !== undefined) this.tabs.share_token(token);
    this.tabs.start();
  }

  // Facts and tabs

  /** Found here: for this tab, the others, and the cache. */
  private publish(fact: Fact): void {
    if (this.ended !== undefined) return;
    this.store.apply(fact);
    this.tabs.share(fact);
    this.cache.note(fact, this.store);
  }

  /** Found by another tab. */
  private heard(fact: Fact): void {
    // The one with the connection knows best how it is.
    if (fact.fact === 'connection' && this.tabs.leading()) return;
    this.store.apply(fact);
    this.cache.note(fact, this.store);
    if (this.tabs.leading()) this.serve(fact);
  }

  /** What a leader does for the other tabs. */
  private serve(fact: Fact): void {
    if (fact.fact === 'read') this.sync.read(fact.conversation);
    this.messages.heard(fact);
    if (fact.fact === 'draft') void this.own.put_draft(fact.conversation, fact.text);
  }

  private lead(): () => void {
    if (this.ended !== undefined) return () => undefined;
    this.cache.writing = true;
    this.messages.lead();
    this.socket.start();
    return () => {
      this.socket.stop();
      this.lost();
      this.messages.step_down();
      void this.cache.flush(this.store).then(() => {
        if (!this.tabs.leading()) this.cache.writing = false;
      });
    };
  }

  private lost(): void {
    this.sync.pause();
    this.messages.sleep();
  }

  private picture(): { facts: Fact[]; token?: Token } {
    const token = this.tokens.current();
    const facts: Fact[] = [
      { fact: 'me', me: this.store.me.get() },
      { fact: 'rows', rows: [...this.store.all_rows()], complete: true },
      { fact: 'connection', connection: this.store.connection.get() },
      ...this.store.all_pending().map((row): Fact => ({ fact: 'pending', row })),
    ];
    if (this.store.ready.get()) facts.push({ fact: 'ready' });
    return { facts, ...(token !== undefined && { token }) };
  }

  // What the UI reads

  conversation(id: string): Readable<ConversationView | undefined> {
    let view = this.views.get(id);
    if (view === undefined) {
      const { views } = this.store;
      view = { get: () => views.get(id), subscribe: (listener) => views.subscribe(id, listener) };
      this.views.set(id, view);
    }
    return view;
  }

  user(id: string): Readable<User | undefined> {
    return this.users.readable(id);
  }

  draft(conversation: string): Readable<string> {
    const { drafts } = this.store;
    return { get: () => drafts.get(conversation) ?? '', subscribe: (listener) => drafts.subscribe(conversation, listener) };
  }

  open_timeline(conversation: string, at?: { seq: number }): Timeline {
    const timeline = new TimelineState(
      {
        store: this.store,
        after: this.after,
        load_cached: async (id) => {
          const entries = await this.cache.log(id);
          if (entries.length > 0) this.store.apply({ fact: 'entries', conversation: id, entries, live: false });
        },
        fetch: async (id, query, limit) => {
          const page = await this.api.log(id, query, limit);
          this.publish({ fact: 'entries', conversation: id, entries: page.entries, live: false });
          return page;
        },
        closed: (closed) => this.timelines.delete(closed),
      },
      conversation,
      at,
    );
    this.timelines.add(timeline);
    return timeline;
  }

  // What the UI does

  async send(conversation: string, text: string, extras: Extras = {}): Promise<string> {
    if (this.ended !== undefined) throw new EngineError('unauthenticated', this.ended);
    const client_id = await this.messages.send(conversation, text, extras);
    for (const timeline of this.timelines) if (timeline.conversation === conversation) void timeline.own_sent();
    return client_id;
  }

  retry(client_id: string): Promise<void> {
    return this.messages.retry(client_id);
  }

  discard(client_id: string): Promise<void> {
    return this.messages.discard(client_id);
  }

  mark_read(conversation: string, seq: number): void {
    if (seq <= (this.store.row(conversation)?.conversation.my.read_seq ?? seq)) return;
    this.publish({ fact: 'read', conversation, seq });
    if (this.tabs.leading()) this.sync.read(conversation);
  }

  set_draft(conversation: string, text: string): void {
    if (text === (this.store.drafts.get(conversation) ?? '')) return;
    this.publish({ fact: 'draft', conversation, text });
    if (this.tabs.leading()) void this.own.put_draft(conversation, text);
  }

  start_direct(user: string): Promise<string> {
    return this.took(this.api.create_conversation({ kind: 'direct', user_id: user }));
  }

  start_notes(): Promise<string> {
    return this.took(this.api.create_conversation({ kind: 'notes' }));
  }

  create_group(title: string, members: readonly string[]): Promise<string> {
    return this.took(this.api.create_conversation({ kind: 'group', title, member_ids: [...members] }));
  }

  async rename(conversation: string, title: string): Promise<void> {
    await this.took(this.api.rename(conversation, title));
  }

  private async took(answer: Promise<Conversation>): Promise<string> {
    const conversation = await answer;
    this.publish({ fact: 'conversations', conversations: [conversation] });
    return conversation.id;
  }

  async members(conversation: string): Promise<readonly Member[]> {
    const members = await this.api.members(conversation);
    this.publish({ fact: 'users', users: members.map((member) => member.user) });
    return members;
  }

  async add_members(conversation: string, users: readonly string[]): Promise<void> {
    await this.api.add_members(conversation, users);
  }

  remove_member(conversation: string, user: string): Promise<void> {
    return this.api.remove_member(conversation, user);
  }

  async set_role(conversation: string, user: string, role: Member['role']): Promise<void> {
    await this.api.set_role(conversation, user, role);
  }

  leave(conversation: string): Promise<void> {
    return this.api.remove_member(conversation, this.store.me.get().id);
  }

  async search_users(query: string, signal?: AbortSignal): Promise<readonly User[]> {
    return this.api.search_users(query, signal);
  }

  async update_me(change: MeChange): Promise<void> {
    this.publish({ fact: 'me', me: await this.api.update_me(change) });
  }

  change_password(old_password: string, new_password: string): Promise<void> {
    return this.api.change_password(old_password, new_password);
  }

  sessions(): Promise<readonly Session[]> {
    return this.api.sessions();
  }

  revoke_session(id: string): Promise<void> {
    return this.api.revoke_session(id);
  }

  // The end

  /** The device is cleared in any case. When the server cannot be told now, the gate does it once there is a connection. */
  async logout(): Promise<void> {
    const accounts = new Accounts(this.env.indexed_db);
    try {
      await this.api.logout();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.code !== 'unauthenticated') await accounts.owe_logout();
    }
    this.tabs.share_end('logout');
    await this.stop();
    this.ended ??= 'logout';
    await accounts.forget(this.store.me.get().id);
  }

  on_signed_out(listener: (reason: string) => void): () => void {
    this.ended_listeners.add(listener);
    if (this.ended !== undefined) listener(this.ended);
    return () => this.ended_listeners.delete(listener);
  }

  /** `tell`: it was noticed here, so the other tabs do not know yet. */
  private end(reason: string, tell: boolean): void {
    if (this.ended !== undefined) return;
    if (tell) {
      this.tabs.share_end(reason);
      void new Accounts(this.env.indexed_db).end(this.store.me.get());
    }
    void this.stop();
    this.ended = reason;
    for (const listener of this.ended_listeners) listener(reason);
  }

  async debug(): Promise<unknown> {
    return {
      leading: this.tabs.leading(),
      connection: this.store.connection.get(),
      pending: this.store.all_pending(),
      outbox: await this.own.outbox(),
      logs: [...this.store.all_rows()].map(({ conversation, detail_seq }) => ({
        id: conversation.id,
        head_seq: conversation.head_seq,
        detail_seq,
        read_seq: conversation.my.read_seq,
        runs: this.store
          .log(conversation.id)
          .all()
          .map((run) => [run[0]?.seq, run[run.length - 1]?.seq]),
      })),
    };
  }

  /** Closes everything but keeps what is on the device; resolves once the last write is done. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    for (const forget of this.forget.splice(0)) forget();
    for (const timeline of this.timelines) timeline.close();
    this.tabs.stop();
    this.socket.stop();
    this.lost();
    this.messages.step_down();
    await this.cache.flush(this.store);
    this.cache.close();
    this.own.close();
  }
}
