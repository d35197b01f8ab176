/** The REST calls of a signed-in session, by name. A 401 is answered by one refresh and one retry. */
import type {
  Conversation,
  Conversations,
  LogPage,
  Me,
  Member,
  Members,
  Message,
  My,
  NewConversation,
  NewMessage,
  Preferences,
  ReadMark,
  Role,
  Session,
  User,
} from '../protocol';
import { EngineError, type Marks, type MyPatch } from '../types';
import type { Tokens } from './tokens';
import type { Wire } from './wire';

export type LogQuery = { before: number } | { after: number } | { around: number } | { latest: true };

export interface MeChange {
  name?: string;
  username?: string;
  bio?: string;
  /** Empty for none, as the next. */
  pronouns?: string;
  time_zone?: string;
  /** null takes it away. */
  status?: User['status'];
  preferences?: Partial<Preferences>;
}

export class Api {
  constructor(
    private readonly wire: Wire,
    private readonly tokens: Tokens,
  ) {}

  async call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const token = await this.tokens.fresh();
    const call = { ...(body !== undefined && { body }), ...(signal !== undefined && { signal }) };
    try {
      return (await this.wire.call(method, path, { ...call, token: token.access_token })) as T;
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'unauthenticated') throw error;
      const renewed = await this.tokens.refresh(token);
      return (await this.wire.call(method, path, { ...call, token: renewed.access_token })) as T;
    }
  }

  me(): Promise<Me> {
    return this.call('GET', '/me');
  }

  update_me(change: MeChange): Promise<Me> {
    return this.call('PATCH', '/me', change);
  }

  change_password(old_password: string, new_password: string): Promise<void> {
    return this.call('PUT', '/me/password', { old_password, new_password });
  }

  async sessions(): Promise<Session[]> {
    return (await this.call<{ sessions: Session[] }>('GET', '/me/sessions')).sessions;
  }

  revoke_session(id: string): Promise<void> {
    return this.call('DELETE', `/me/sessions/${id}`);
  }

  logout(): Promise<void> {
    return this.call('POST', '/auth/logout', {});
  }

  gateway(): Promise<{ url: string; node: string }> {
    return this.call('GET', '/gateway');
  }

  /** At most 100 ids. */
  async users(ids: readonly string[]): Promise<User[]> {
    return (await this.call<{ users: User[] }>('GET', `/users?ids=${ids.join(',')}`)).users;
  }

  async search_users(query: string, signal?: AbortSignal): Promise<User[]> {
    return (await this.call<{ users: User[] }>('GET', `/users?query=${encodeURIComponent(query)}&limit=30`, undefined, signal))
      .users;
  }

  conversations(cursor?: string): Promise<Conversations> {
    return this.call('GET', `/conversations?limit=100${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
  }

  conversation(id: string): Promise<Conversation> {
    return this.call('GET', `/conversations/${id}`);
  }

  create_conversation(ask: NewConversation): Promise<Conversation> {
    return this.call('POST', '/conversations', ask);
  }

  /** The thread of a message; the server begins it when there is none. */
  open_thread(id: string, seq: number): Promise<Conversation> {
    return this.call('POST', `/conversations/${id}/messages/${seq}/thread`, {});
  }

  follow(id: string): Promise<Conversation> {
    return this.call('PUT', `/conversations/${id}/follow`, {});
  }

  rename(id: string, title: string): Promise<Conversation> {
    return this.call('PATCH', `/conversations/${id}`, { title });
  }

  async members(id: string): Promise<Member[]> {
    const members: Member[] = [];
    let cursor: string | null | undefined;
    do {
      const tail: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page = await this.call<Members>('GET', `/conversations/${id}/members?limit=200${tail}`);
      members.push(...page.members);
      cursor = page.cursor;
    } while (cursor);
    return members;
  }

  add_members(id: string, user_ids: readonly string[]): Promise<unknown> {
    return this.call('POST', `/conversations/${id}/members`, { user_ids });
  }

  set_role(id: string, user: string, role: Role): Promise<Member> {
    return this.call('PATCH', `/conversations/${id}/members/${user}`, { role });
  }

  remove_member(id: string, user: string): Promise<void> {
    return this.call('DELETE', `/conversations/${id}/members/${user}`);
  }

  /** At most 100 seqs. What is no message, or not for us, is not among the answers. */
  async messages(id: string, seqs: readonly number[]): Promise<Message[]> {
    return (await this.call<{ messages: Message[] }>('GET', `/conversations/${id}/messages?seqs=${seqs.join(',')}`)).messages;
  }

  /** The first entry at or after a time, else the newest. */
  async seq_at(id: string, at: number): Promise<number> {
    return (await this.call<{ seq: number }>('GET', `/conversations/${id}/seq?at=${at}`)).seq;
  }

  send(id: string, message: NewMessage): Promise<Message> {
    return this.call('POST', `/conversations/${id}/messages`, message);
  }

  pin(id: string, seq: number, on: boolean): Promise<void> {
    return this.call(on ? 'PUT' : 'DELETE', `/conversations/${id}/messages/${seq}/pin`);
  }

  set_my(id: string, patch: MyPatch): Promise<My> {
    return this.call('PATCH', `/conversations/${id}/my`, patch);
  }

  async receipts(id: string): Promise<(Marks & { user: string })[]> {
    return (await this.call<{ receipts: (Marks & { user: string })[] }>('GET', `/conversations/${id}/receipts`)).receipts;
  }

  read(id: string, seq: number): Promise<ReadMark> {
    return this.call('PUT', `/conversations/${id}/read`, { seq });
  }

  log(id: string, query: LogQuery, limit: number): Promise<LogPage> {
    const where =
      'latest' in query
        ? ''
        : `&${Object.entries(query)
            .map(([name, seq]) => `${name}=${seq}`)
            .join('&')}`;
    return this.call('GET', `/conversations/${id}/log?limit=${limit}${where}`);
  }
}
