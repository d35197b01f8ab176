/** The far end of the wire for tests in Node: protocol.md in memory, as far as the engine uses it. */
import type { ClientFrame, Conversation, Entry, Head, Me, Message, My, Role, ServerFrame, User } from '../protocol';
import { Link } from './link';
import { Refusal } from './refusal';
import { type Act, fresh_my, Room } from './room';

interface HttpAnswer {
  status: number;
  body?: unknown;
  cookie?: string;
}

interface Cookie {
  user: string;
  used: boolean;
  next?: Cookie;
}

interface Body {
  login?: string;
  title?: string;
  member_ids?: string[];
}

export class FakeServer {
  readonly users = new Map<string, Me>();
  readonly rooms = new Map<string, Room>();
  readonly links = new Set<Link>();
  /** Sends that were taken in, by client_id: to see that none counts twice. */
  readonly sends: string[] = [];
  /** Changes that were asked for over sockets and REST, by their names. */
  readonly acts: string[] = [];
  /** The next answers to commands that change something, before it works again. */
  refusals: Refusal[] = [];
  /** Swallows the answer of a command after doing the work. */
  mute: ((frame: ClientFrame) => boolean) | undefined;
  /** A refresh token is refused the second time even if the answer to its first use got lost. */
  strict = false;
  /** Logging out fails, as behind a proxy that is being restarted. */
  deaf = false;
  /** What was said that nobody answers: delivered, typing, presence, watch. */
  readonly heard: ClientFrame[] = [];
  private readonly documents = new Map<string, { version: number; value: unknown }>();
  refreshes = 0;
  requests: string[] = [];
  page = 100;
  token_ms = 900_000;
  private next_id = 1000;
  private readonly access = new Map<string, { user: string; until: number }>();
  private readonly cookies = new Map<string, Cookie>();

  constructor(private readonly now: () => number) {}

  id(): string {
    this.next_id += 1;
    return String(this.next_id);
  }

  person(name: string): Me {
    const preferences = {
      theme: 'system',
      locale: '',
      enter_sends: true,
      receipts: true,
      presence_to: 'everyone',
      last_seen_to: 'everyone',
      notifications: { sound: 'soft', desktop: true, toasts: true, preview: true },
      do_not_disturb: { until: null, schedule: null },
    } as const;
    const base = {
      id: this.id(),
      username: name.toLowerCase(),
      name,
      bio: '',
      email: `${name}@parlor.test`,
      role: 'member',
    } as const;
    const me: Me = { ...base, preferences, version: 1, created_at: this.now() };
    this.users.set(me.id, me);
    return me;
  }

  group(title: string, ...members: Me[]): string {
    const room = new Room(this.id(), 'group', title, this.now());
    for (const [i, member] of members.entries()) room.seats.set(member.id, fresh_my(i === 0 ? 'owner' : 'member'));
    this.rooms.set(room.id, room);
    this.append(room, members[0]?.id ?? '', { kind: 'created', users: members.map((member) => member.id), title });
    return room.id;
  }

  say(id: string, user: Me, text: string, extra: Partial<Message> & { withheld_from?: string } = {}): number {
    return this.send(id, user.id, `srv-${this.id()}`, text, extra).seq;
  }

  /** Somebody changes a message. Refuses as the server would. */
  act(id: string, user: Me | string, act: Act): { seq: number; at: number } {
    const actor = typeof user === 'string' ? user : user.id;
    const room = this.room(id, actor);
    const entry = room.act(actor, this.now(), act);
    if (entry !== undefined) this.tell(room, entry);
    return { seq: entry?.seq ?? room.message(act.target, actor).rev ?? act.target, at: entry?.at ?? this.now() };
  }

  add(id: string, actor: Me, ...users: Me[]): void {
    const room = this.room(id, actor.id);
    for (const user of users) room.seats.set(user.id, fresh_my('member'));
    this.append(room, actor.id, { kind: 'joined', users: users.map((user) => user.id) });
  }

  remove(id: string, actor: Me, user: Me): void {
    const room = this.room(id, actor.id);
    const kind = actor.id === user.id ? ({ kind: 'left' } as const) : ({ kind: 'removed', users: [user.id] } as const);
    this.append(room, actor.id, kind);
    room.seats.delete(user.id);
  }

  promote(id: string, actor: Me, user: Me, role: Role): void {
    const room = this.room(id, actor.id);
    const seat = room.seats.get(user.id);
    if (seat === undefined || seat.role === role) return;
    seat.role = role;
    this.append(room, actor.id, { kind: 'role', users: [user.id], role });
  }

  rename(id: string, actor: Me, title: string): void {
    const room = this.room(id, actor.id);
    room.title = title;
    this.append(room, actor.id, { kind: 'renamed', title });
  }

  read(id: string, user: string, seq: number, except?: Link): { read_seq: number; unread: number; mentions: number } {
    const seat = this.room(id, user).seats.get(user) as My;
    seat.read_seq = Math.max(seat.read_seq, seq);
    const { unread, mentions } = this.view(id, user);
    const mark = { read_seq: seat.read_seq, unread, mentions };
    for (const link of this.links) {
      if (link.user === user && link !== except) link.tell({ op: 'receipt', conversation: id, user, ...mark });
    }
    return mark;
  }

  /** A document of somebody changes. */
  touch(user: Me, what: string, value: unknown): void {
    const version = (this.documents.get(`${user.id} ${what}`)?.version ?? 0) + 1;
    this.documents.set(`${user.id} ${what}`, { version, value });
    for (const link of this.links) if (link.user === user.id) link.tell({ op: 'changed', what, version });
  }

  versions(user: string): Record<string, number> {
    const mine = [...this.documents].filter(([key]) => key.startsWith(`${user} `));
    return Object.fromEntries(mine.map(([key, { version }]) => [key.split(' ')[1], version]));
  }

  /** Something that passes by reaches the devices of `user`. */
  whisper(user: Me, frame: ServerFrame): void {
    for (const link of this.links) if (link.user === user.id) link.tell(frame);
  }

  /** Somebody sets something for themselves; null takes it away. */
  set_my(id: string, user: string, patch: object): My {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw refusal;
    const room = this.room(id, user);
    const old = room.seats.get(user) as My;
    const kept = Object.entries({ ...old, ...patch }).filter(([, value]) => value !== null);
    const my = { ...Object.fromEntries(kept), version: (old.version ?? 0) + 1 } as My;
    room.seats.set(user, my);
    for (const link of this.links) if (link.user === user) link.tell({ op: 'my', conversation: id, my: { ...my } });
    return { ...my };
  }

  revoke(user: Me): void {
    for (const cookie of this.cookies.values()) if (cookie.user === user.id) cookie.used = true;
    this.expire(user);
    for (const link of [...this.links]) if (link.user === user.id) link.bye('revoked');
  }

  /** Access tokens of `user` run out; the cookie still works. */
  expire(user: Me): void {
    for (const [token, access] of this.access) if (access.user === user.id) this.access.delete(token);
  }

  /** What a fresh client would be told. */
  list(user: string): Conversation[] {
    return [...this.rooms.values()]
      .filter((room) => room.seats.has(user))
      .map((room) => this.view(room.id, user))
      .sort((a, b) => b.last_at - a.last_at || Number(b.id) - Number(a.id));
  }

  entries(id: string): readonly Entry[] {
    return this.rooms.get(id)?.log ?? [];
  }

  view(id: string, user: string): Conversation {
    return this.room(id, user).view(user);
  }

  room(id: string, user: string): Room {
    const room = this.rooms.get(id);
    if (room === undefined || !room.seats.has(user)) throw new Refusal(404, 'not_found');
    return room;
  }

  send(
    id: string,
    user: string,
    client_id: string,
    text: string,
    { withheld_from, ...extra }: Partial<Message> & { withheld_from?: string } = {},
  ): { seq: number; at: number } {
    const room = this.room(id, user);
    const before = room.log.find(
      (entry) => entry.kind === 'message' && entry.message.client_id === client_id && entry.actor === user,
    );
    if (before !== undefined) return { seq: before.seq, at: before.at };
    this.sends.push(client_id);
    const [seq, at] = [room.log.length + 1, this.now()];
    (room.seats.get(user) as My).read_seq = seq;
    const message = { conversation: id, seq, client_id, sender: user, text, at, ...extra };
    this.tell(room, room.push(user, at, { kind: 'message', message }, withheld_from));
    return { seq, at };
  }

  private append(room: Room, actor: string, what: object): void {
    this.tell(room, room.push(actor, this.now(), what));
  }

  private tell(room: Room, entry: Entry): void {
    for (const link of this.links) if (room.seats.has(link.user)) link.tell({ op: 'entry', entry: room.tell(entry, link.user) });
  }

  heads(user: string): Head[] {
    return this.list(user).map(({ id, head_seq, my, unread, mentions, last_at }) => [
      id,
      head_seq,
      my.read_seq,
      unread,
      mentions,
      last_at,
      my.version ?? 0,
    ]);
  }

  connect(tell: (frame: ServerFrame) => void, close: () => void): Link {
    return new Link(this, tell, close);
  }

  who(token: string | undefined): string {
    const access = this.access.get(token?.replace('Bearer ', '') ?? '');
    if (access === undefined || access.until <= this.now()) throw new Refusal(401, 'unauthenticated');
    return access.user;
  }

  private auth(user: string): HttpAnswer {
    const [token, cookie] = [`t${this.id()}`, `c${this.id()}`];
    this.access.set(token, { user, until: this.now() + this.token_ms });
    this.cookies.set(cookie, { user, used: false });
    return {
      status: 200,
      cookie,
      body: { user: this.users.get(user), access_token: token, expires_in: this.token_ms / 1000, session_id: '1' },
    };
  }

  http(
    method: string,
    path: string,
    token: string | undefined,
    text: string | undefined,
    cookie: string | undefined,
  ): HttpAnswer {
    this.requests.push(`${method} ${path}`);
    try {
      return this.answer(method, path, token, JSON.parse(text ?? '{}'), cookie);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: { code: error.code, detail: error.message, status: error.status } };
    }
  }

  private answer(method: string, path: string, token: string | undefined, body: Body, cookie: string | undefined): HttpAnswer {
    const url = new URL(path, 'http://x');
    const name = url.pathname;
    if (name === '/auth/login') {
      const user = [...this.users.values()].find((one) => one.username === body.login);
      if (user === undefined) throw new Refusal(401, 'unauthenticated');
      return this.auth(user.id);
    }
    if (name === '/auth/refresh') {
      this.refreshes += 1;
      const held = this.cookies.get(cookie ?? '');
      if (held === undefined || (held.used && (this.strict || held.next?.used !== false)))
        throw new Refusal(401, 'unauthenticated');
      const answer = this.auth(held.user);
      const next = this.cookies.get(answer.cookie ?? '');
      Object.assign(held, { used: true }, next !== undefined && { next });
      return answer;
    }
    if (name === '/auth/logout') return this.log_out(token, cookie);
    const user = this.who(token);
    if (name === '/gateway') return { status: 200, body: { url: 'ws://parlor.test/api/v1/socket', node: 'a' } };
    if (name === '/me') return { status: 200, body: this.users.get(user) };
    if (name.startsWith('/me/')) {
      const document = this.documents.get(`${user} ${name.slice(4)}`);
      if (document === undefined) throw new Refusal(404, 'not_found');
      return { status: 200, body: document.value };
    }
    if (name === '/users') {
      const ids = (url.searchParams.get('ids') ?? '').split(',');
      return {
        status: 200,
        body: { users: ids.flatMap((id): User[] => [this.users.get(id)].filter((one) => one !== undefined)) },
      };
    }
    return { status: 200, body: this.conversations(method, url, user, body) };
  }

  private log_out(token: string | undefined, cookie: string | undefined): HttpAnswer {
    if (this.deaf) throw new Refusal(503, 'unavailable');
    const held = this.cookies.get(cookie ?? '');
    if (held === undefined) this.who(token);
    else held.used = true;
    return { status: 204, cookie: '' };
  }

  private personal(id: string, user: string, part: 'receipts' | 'my', body: Body): unknown {
    if (part === 'my') return this.set_my(id, user, body);
    const others = [...this.room(id, user).seats].filter(([one]) => one !== user);
    return { receipts: others.map(([one, { read_seq, delivered_seq }]) => ({ user: one, read_seq, delivered_seq })) };
  }

  /** Named ones are read, one is pinned or unpinned. */
  private messages(method: string, id: string, user: string, seqs: string, target: number): unknown {
    const room = this.room(id, user);
    if (method === 'GET') {
      const named = seqs.split(',').map((one) => room.for(user)[Number(one) - 1]);
      return { messages: named.flatMap((entry) => (entry?.kind === 'message' ? [entry.message] : [])) };
    }
    const on = method === 'PUT';
    this.acts.push(on ? 'pin' : 'unpin');
    this.act(id, user, { kind: on ? 'pinned' : 'unpinned', target });
    return undefined;
  }

  private conversations(method: string, url: URL, user: string, body: Body): unknown {
    const [, , id, part, seq] = url.pathname.split('/');
    if (id === undefined && method === 'POST') {
      const members = [user, ...(body.member_ids ?? [])].map((one) => this.users.get(one) as Me);
      return this.view(this.group(body.title ?? '', ...members), user);
    }
    if (id === undefined) {
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const all = this.list(user);
      const cursor = from + this.page < all.length ? String(from + this.page) : undefined;
      return { conversations: all.slice(from, from + this.page), cursor };
    }
    if (part === 'log') return this.page_of(this.room(id, user).for(user), url.searchParams);
    if (part === 'receipts' || part === 'my') return this.personal(id, user, part, body);
    if (part === 'messages') return this.messages(method, id, user, url.searchParams.get('seqs') ?? '', Number(seq));
    if (method === 'PATCH') this.rename(id, this.users.get(user) as Me, body.title ?? '');
    return this.view(id, user);
  }

  private page_of(log: readonly Entry[], ask: URLSearchParams): { entries: readonly Entry[]; head_seq: number } {
    const limit = Number(ask.get('limit') ?? 50);
    const [before, after, around] = ['before', 'after', 'around'].map((name) => ask.get(name));
    let start = log.length - limit;
    if (after != null) start = Number(after);
    if (before != null) start = Number(before) - 1 - limit;
    if (around != null) start = Number(around) - 1 - Math.floor(limit / 2);
    const end = before != null ? Number(before) - 1 : Math.max(0, start) + limit;
    return { entries: log.slice(Math.max(0, start), Math.max(0, end)), head_seq: log.length };
  }
}
