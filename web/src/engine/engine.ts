/** The signed-in client of one tab: wires store, cache, outbox, socket and the other tabs together. */
import { Documents } from './documents/documents';
import type { Env } from './env';
import { Lanes } from './lanes/lanes';
import type { Leader } from './leader/leader';
import { Drafts } from './my/drafts';
import { OwnState } from './my/own-state';
import { Desk } from './outbox/desk';
import { is_change } from './outbox/items';
import { OwnMessages } from './outbox/own-messages';
import { Cache } from './persist/cache';
import { Accounts, Own } from './persist/own';
import type { Me, Message } from './protocol';
import type { Fact } from './store/facts';
import { Messages } from './store/messages';
import { first_of } from './store/ranges';
import { Store } from './store/store';
import { TimelineState } from './store/timeline';
import { Users } from './store/users';
import { Surface } from './surface';
import { Tabs } from './tabs/tabs';
import { Api } from './transport/api';
import { type Token, Tokens } from './transport/tokens';
import { Wire } from './transport/wire';
import { type Connection, type Engine, EngineError, type Extras, type Readable, type Refusal, type Timeline } from './types';

const leading_part = () => import('./leader/leader');
const load_again_ms = 5_000;
/** Who walks through the list asks for nothing, and what opens is drawn first. */
const receipts_after_ms = 100;

export class ParlorEngine extends Surface implements Engine {
  readonly me: Readable<Me>;
  readonly connection: Readable<Connection>;
  readonly conversations: Readable<readonly string[]>;
  readonly threads: Readable<readonly string[]>;
  readonly requests: Readable<readonly string[]>;
  readonly unread_total: Readable<number>;
  readonly mentions_total: Readable<number>;
  readonly ready: Readable<boolean>;
  readonly message: Engine['message'] = (conversation, seq) => this.quoted.readable(conversation, seq);
  readonly seq_at: Engine['seq_at'] = (conversation, at_ms) => this.api.seq_at(conversation, at_ms);

  private readonly tokens: Tokens;
  protected readonly api: Api;
  protected readonly users: Users;
  private readonly quoted: Messages;
  private readonly tabs: Tabs;
  private readonly desk: Desk;
  /** Only while this tab leads. */
  private leader: Leader | undefined;
  protected readonly messages: OwnMessages;
  protected readonly state: OwnState;
  protected readonly drafts: Drafts;
  protected readonly documents: Documents;
  protected readonly lanes: Lanes;
  private ended: string | undefined;
  /** It signs out: that the server ends the session, often before it answers, is no news. */
  private leaving = false;
  private stopped = false;
  private readonly ended_listeners = new Set<(reason: string) => void>();
  private readonly refused_listeners = new Set<(refusal: Refusal) => void>();
  private readonly timelines = new Set<TimelineState>();
  private readonly forget: (() => void)[] = [];
  private readonly after = (ms: number, work: () => void) => this.env.after(ms, work);

  private constructor(
    private readonly env: Env,
    protected readonly store: Store,
    private readonly cache: Cache,
    private readonly own: Own,
  ) {
    super();
    const account = store.me.get().id;
    this.me = store.me;
    this.connection = store.connection;
    this.conversations = store.order;
    this.threads = store.threads;
    this.requests = store.requests;
    this.unread_total = store.totals.unread;
    this.mentions_total = store.totals.mentions;
    this.ready = store.ready;
    const wire = new Wire(env);
    this.tokens = new Tokens(env, wire, account);
    this.tokens.on_refused = (reason) => this.end(reason, true);
    this.api = new Api(wire, this.tokens);
    this.users = new Users(store, this.after, async (ids) => this.publish({ fact: 'users', users: await this.api.users(ids) }));
    this.quoted = new Messages(store, this.after, (conversation, seqs) => this.api.messages(conversation, seqs));
    const { api } = this;
    const publish = (fact: Fact) => this.publish(fact);
    const leading = () => this.tabs.leading();
    this.desk = new Desk({
      env,
      store,
      own,
      publish,
      add: (item) => this.leader?.sender.add(item),
      drop: (client_id) => this.leader?.sender.drop(client_id),
    });
    this.messages = new OwnMessages(store, this.desk, () => env.now());
    this.state = new OwnState(store, this.desk, () => env.now());
    const { state } = this;
    this.documents = new Documents({ env, store, api, publish });
    this.lanes = new Lanes({ env, store, own, api, publish, ask: (fact) => this.ask(fact) });
    this.drafts = new Drafts({ env, store, own, state, publish, leading });
    this.tabs = new Tabs(env, account, {
      lead: () => this.lead(),
      fact: (fact) => this.heard(fact),
      picture: () => this.picture(),
      pictured: () => void this.desk.recheck(),
      token: (token) => this.tokens.adopt(token),
      ended: (reason) => this.end(reason, false),
    });
  }

  /** Loads what this device has and takes its place among the tabs. Needs no network. */
  static async start(env: Env, me: Me, token?: Token): Promise<ParlorEngine> {
    // Asked for early, so that it is there when the disk has been read.
    void leading_part().catch(() => undefined);
    const after = (ms: number, work: () => void) => env.after(ms, work);
    const [{ cache, state }, own] = await Promise.all([
      Cache.open(env.indexed_db, me.id, after),
      Own.open(env.indexed_db, me.id),
    ]);
    const newest = state.me !== undefined && state.me.version > me.version ? state.me : me;
    const store = new Store(newest, env);
    store.apply({ fact: 'users', users: [...state.users, newest] });
    store.apply({ fact: 'rows', rows: state.rows, complete: false });
    for (const document of state.documents) store.apply({ fact: 'document', ...document });
    for (const { conversation, text } of await own.drafts()) store.apply({ fact: 'draft', conversation, text, dirty: true });
    for (const item of await own.outbox()) {
      // Whether it was on its way when the last tab closed, nobody knows.
      if (is_change(item)) store.apply({ fact: 'change', change: { ...item, state: 'queued' } });
      else store.apply({ fact: 'pending', row: { ...item, tried: true, state: item.state === 'failed' ? 'failed' : 'queued' } });
    }
    const status = await own.presence();
    if (status !== undefined) store.apply({ fact: 'own_presence', status });
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
        if (event !== 'hidden') return;
        this.drafts.settle_all();
        void this.cache.flush(this.store);
      }),
    );
    if (token !== undefined) this.tabs.share_token(token);
    this.tabs.start();
  }

  // Facts and tabs

  /** Found here: for this tab, the others, and the cache. */
  protected publish(fact: Fact): void {
    if (this.ended !== undefined) return;
    this.store.apply(fact);
    this.tabs.share(fact);
    this.cache.note(fact, this.store);
    this.tell(fact);
  }

  /** Found by another tab. */
  private heard(fact: Fact): void {
    // The one with the connection knows best how it is.
    if (fact.fact === 'connection' && this.tabs.leading()) return;
    this.store.apply(fact);
    this.cache.note(fact, this.store);
    this.tell(fact);
    if (!this.tabs.leading()) return;
    this.leader?.heard(fact);
    if (fact.fact === 'draft') this.drafts.heard(fact);
  }

  /** For the leader, be it this tab. */
  private ask(fact: Fact): void {
    if (this.tabs.leading()) this.leader?.heard(fact);
    else this.publish(fact);
  }

  /** What is no state but news. */
  private tell(fact: Fact): void {
    this.lanes.heard(fact);
    if (fact.fact === 'entries' && fact.live) this.quoted.heard(fact.conversation, fact.entries);
    if (fact.fact !== 'refused') return;
    const { change, code, detail } = fact;
    const { conversation, kind } = change;
    if (change.kind === 'my' && change.patch.draft != null) this.drafts.refused(conversation, change.patch.draft);
    const about = change.kind !== 'my' && { seq: change.target, ...(change.text !== undefined && { text: change.text }) };
    for (const listener of this.refused_listeners) listener({ conversation, kind, ...about, code, detail });
  }

  private lead(): () => void {
    if (this.ended !== undefined) return () => undefined;
    this.cache.writing = true;
    this.drafts.lead();
    let over = false;
    void this.load().then((leader) => {
      if (over) return;
      this.leader = leader;
      leader.start();
    });
    return () => {
      over = true;
      this.leader?.stop();
      this.leader = undefined;
      this.drafts.step_down();
      void this.cache.flush(this.store).then(() => {
        if (!this.tabs.leading()) this.cache.writing = false;
      });
    };
  }

  private async load(): Promise<Leader> {
    const { env, store, own, api, tokens, desk } = this;
    let part: Awaited<ReturnType<typeof leading_part>> | undefined;
    while (part === undefined) {
      try {
        part = await leading_part();
      } catch {
        // Neither in the cache nor reachable.
        await new Promise<void>((resolve) => this.env.after(load_again_ms, resolve));
      }
    }
    return new part.Leader({
      ...{ env, store, own, api, tokens, desk },
      publish: (fact) => this.publish(fact),
      together: (work) => this.tabs.together(work),
      welcome: () => {
        this.users.again();
        this.quoted.again();
      },
      versions: () => this.documents.refresh(),
      renew: (document) => this.documents.renew(document),
      ended: (reason) => this.end(reason, true),
    });
  }

  private picture(): { facts: Fact[]; token?: Token } {
    const token = this.tokens.current();
    const facts: Fact[] = [
      { fact: 'me', me: this.store.me.get() },
      { fact: 'rows', rows: [...this.store.all_rows()], complete: true },
      { fact: 'connection', connection: this.store.connection.get() },
      ...this.store.all_pending().map((row): Fact => ({ fact: 'pending', row })),
      ...[...this.store.documents.entries()].map(([, document]): Fact => ({ fact: 'document', ...document })),
      { fact: 'versions', versions: Object.fromEntries(this.store.versions), complete: true },
      { fact: 'own_presence', status: this.store.live.own.get() },
      ...this.store.overlay.all().map((change): Fact => ({ fact: 'change', change })),
    ];
    if (this.store.ready.get()) facts.push({ fact: 'ready' });
    return { facts, ...(token !== undefined && { token }) };
  }

  // What is on screen

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
    this.env.after(receipts_after_ms, () => {
      if (this.timelines.has(timeline)) void this.lanes.fetch_receipts(conversation);
    });
    return timeline;
  }

  messages_after(conversation: string, seq: number): readonly Message[] {
    const run = this.store.log(conversation).newest() ?? [];
    const beyond = run.slice(Math.max(0, seq + 1 - first_of(run)));
    return beyond.flatMap(({ seq: at }) => this.store.message(conversation, at) ?? []);
  }

  on_refused(listener: (refusal: Refusal) => void): () => void {
    this.refused_listeners.add(listener);
    return () => this.refused_listeners.delete(listener);
  }

  async send(conversation: string, text: string, extras: Extras = {}): Promise<string> {
    if (this.ended !== undefined) throw new EngineError('unauthenticated', this.ended);
    const sent = this.messages.send(conversation, text, extras);
    for (const timeline of this.timelines) if (timeline.conversation === conversation) void timeline.own_sent();
    return sent;
  }

  mark_read(conversation: string, seq: number): void {
    if (this.store.views.get(conversation)?.marked_unread) void this.state.set(conversation, { marked_unread: false });
    if (seq <= (this.store.row(conversation)?.conversation.my.read_seq ?? seq)) return;
    this.publish({ fact: 'read', conversation, seq });
    this.leader?.heard({ fact: 'read', conversation, seq });
  }

  // The end

  /** The device is cleared in any case. When the server cannot be told now, the gate does it once there is a connection. */
  async logout(): Promise<void> {
    this.leaving = true;
    const accounts = new Accounts(this.env.indexed_db);
    try {
      await this.api.logout();
    } catch (error) {
      if (!(error instanceof EngineError)) {
        this.leaving = false;
        throw error;
      }
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
    if (this.ended !== undefined || this.leaving) return;
    if (tell) {
      this.tabs.share_end(reason);
      void new Accounts(this.env.indexed_db).end(this.store.me.get());
    }
    void this.stop();
    this.ended = reason;
    for (const listener of this.ended_listeners) listener(reason);
  }

  leads(): boolean {
    return this.tabs.leading();
  }

  async debug(): Promise<unknown> {
    return {
      leading: this.tabs.leading(),
      connection: this.store.connection.get(),
      pending: this.store.all_pending(),
      changes: this.store.overlay.all(),
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
    this.lanes.stop();
    this.documents.stop();
    this.tabs.stop();
    this.leader?.stop();
    this.drafts.step_down();
    await this.cache.flush(this.store);
    this.cache.close();
    this.own.close();
  }
}
