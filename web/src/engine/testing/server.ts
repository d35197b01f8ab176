/** The far end of the wire for tests in Node: protocol.md in memory, as far as the engine uses it. */
import type { ClientFrame, Conversation, Entry, Head, Me, Problem, Role, ServerFrame, User } from '../protocol';
import { LIMITS } from '../types';

interface Seat {
  role: Role;
  read_seq: number;
}

interface Room {
  id: string;
  kind: Conversation['kind'];
  title: string;
  seats: Map<string, Seat>;
  log: Entry[];
  created_at: number;
}

interface HttpAnswer {
  status: number;
  body?: unknown;
  cookie?: string;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: Problem['code'],
    detail: string = code,
  ) {
    super(detail);
  }
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
  /** The next answers to `send`, before it works again. */
  refusals: Refusal[] = [];
  /** Swallows the answer of a command after doing the work. */
  mute: ((frame: ClientFrame) => boolean) | undefined;
  /** A refresh token is refused the second time even if the answer to its first use got lost. */
  strict = false;
  /** Logging out fails, as behind a proxy that is being restarted. */
  deaf = false;
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
    const preferences = { theme: 'system', locale: '', enter_sends: true } as const;
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
    const room: Room = { id: this.id(), kind: 'group', title, seats: new Map(), log: [], created_at: this.now() };
    for (const [i, member] of members.entries()) room.seats.set(member.id, { role: i === 0 ? 'owner' : 'member', read_seq: 0 });
    this.rooms.set(room.id, room);
    this.append(room, members[0]?.id ?? '', { kind: 'created', users: members.map((member) => member.id), title });
    return room.id;
  }

  say(id: string, user: Me, text: string, client_id = `srv-${this.id()}`): number {
    return this.send(id, user.id, client_id, text).seq;
  }

  add(id: string, actor: Me, ...users: Me[]): void {
    const room = this.room(id, actor.id);
    for (const user of users) room.seats.set(user.id, { role: 'member', read_seq: 0 });
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
    const seat = this.room(id, user).seats.get(user) as Seat;
    seat.read_seq = Math.max(seat.read_seq, seq);
    const mark = { read_seq: seat.read_seq, unread: this.view(id, user).unread, mentions: 0 };
    for (const link of this.links) {
      if (link.user === user && link !== except) link.tell({ op: 'receipt', conversation: id, user, ...mark });
    }
    return mark;
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
    const room = this.room(id, user);
    const seat = room.seats.get(user) as Seat;
    const messages = room.log.flatMap((entry) => (entry.kind === 'message' ? [entry.message] : []));
    const last = messages.at(-1);
    return {
      id,
      kind: room.kind,
      title: room.title,
      members_count: room.seats.size,
      my: { ...seat, delivered_seq: seat.read_seq },
      head_seq: room.log.length,
      ...(last !== undefined && { last_message: last }),
      unread: messages.filter((message) => message.seq > seat.read_seq).length,
      mentions: 0,
      created_at: room.created_at,
      last_at: room.log.at(-1)?.at ?? 0,
    };
  }

  room(id: string, user: string): Room {
    const room = this.rooms.get(id);
    if (room === undefined || !room.seats.has(user)) throw new Refusal(404, 'not_found');
    return room;
  }

  send(id: string, user: string, client_id: string, text: string): { seq: number; at: number } {
    const room = this.room(id, user);
    const before = room.log.find(
      (entry) => entry.kind === 'message' && entry.message.client_id === client_id && entry.actor === user,
    );
    if (before !== undefined) return { seq: before.seq, at: before.at };
    this.sends.push(client_id);
    const [seq, at] = [room.log.length + 1, this.now()];
    (room.seats.get(user) as Seat).read_seq = seq;
    this.append(room, user, { kind: 'message', message: { conversation: id, seq, client_id, sender: user, text, at } });
    return { seq, at };
  }

  private append(room: Room, actor: string, what: object): void {
    const entry = { conversation: room.id, seq: room.log.length + 1, actor, at: this.now(), ...what } as Entry;
    room.log.push(entry);
    for (const link of this.links) if (room.seats.has(link.user)) link.tell({ op: 'entry', entry });
  }

  heads(user: string): Head[] {
    return this.list(user).map((one) => [one.id, one.head_seq, one.my.read_seq, one.unread, one.mentions, one.last_at, 0]);
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

  private conversations(method: string, url: URL, user: string, body: Body): unknown {
    const [, , id, part] = url.pathname.split('/');
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
    if (part === 'log') return this.page_of(this.room(id, user).log, url.searchParams);
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

/** One socket, seen from the server. */
export class Link {
  user = '';

  constructor(
    private readonly server: FakeServer,
    readonly tell: (frame: ServerFrame) => void,
    private readonly close: () => void,
  ) {}

  gone(): void {
    this.server.links.delete(this);
  }

  bye(code: Extract<ServerFrame, { op: 'bye' }>['code']): void {
    this.tell({ op: 'bye', code, detail: code });
    this.gone();
    this.close();
  }

  take(frame: ClientFrame): void {
    try {
      this.handle(frame);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (frame.op === 'hello') this.bye('unauthenticated');
      else this.tell({ op: 'error', id: 'id' in frame ? (frame.id ?? null) : null, code: error.code, detail: error.message });
    }
  }

  private handle(frame: ClientFrame): void {
    const { server } = this;
    switch (frame.op) {
      case 'hello':
        this.hello(frame.token, frame.known ?? {});
        return;
      case 'send': {
        const refusal = server.refusals.shift();
        if (refusal !== undefined) throw refusal;
        const first = server.send(frame.conversation, this.user, frame.client_id, frame.text);
        if (server.mute?.(frame) !== true) this.tell({ op: 'ok', id: frame.id, ...first });
        return;
      }
      case 'read':
        this.tell({ op: 'ok', id: frame.id ?? '', ...server.read(frame.conversation, this.user, frame.seq, this) });
        return;
      case 'ping':
        this.tell({ op: 'pong' });
        return;
      default:
        return;
    }
  }

  private hello(token: string, known: Record<string, number>): void {
    const { server } = this;
    this.user = server.who(token);
    const heads = server.heads(this.user);
    this.tell({
      op: 'welcome',
      session: '1',
      user: this.user,
      node: 'a',
      account_version: server.users.get(this.user)?.version ?? 0,
      heartbeat_ms: 30_000,
      limits: LIMITS,
      heads,
    });
    server.links.add(this);
    for (const [conversation, seq] of Object.entries(known)) {
      const log = server.rooms.get(conversation)?.seats.has(this.user) ? server.entries(conversation) : [];
      if (log.length - seq > 1_000) this.tell({ op: 'reset', conversation, head_seq: log.length });
      else if (log.length > seq) this.tell({ op: 'entries', conversation, entries: log.slice(seq) });
    }
  }
}
