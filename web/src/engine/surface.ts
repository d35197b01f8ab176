/** What the UI asks of the engine, handed on to the part that knows. */
import type { Documents } from './documents/documents';
import type { Lanes } from './lanes/lanes';
import type { Drafts } from './my/drafts';
import type { OwnState } from './my/own-state';
import type { MyPatch } from './outbox/items';
import type { OwnMessages } from './outbox/own-messages';
import type { Conversation, Member, Session, User } from './protocol';
import type { EntityMap } from './store/cells';
import type { Fact } from './store/facts';
import type { Store } from './store/store';
import type { Users } from './store/users';
import type { Api, MeChange } from './transport/api';
import type { ConversationView, OwnPresence, Presence, Readable, Receipts } from './types';

const nobody: Receipts = new Map();
const none: readonly string[] = [];

export abstract class Surface {
  protected abstract readonly api: Api;
  protected abstract readonly store: Store;
  protected abstract readonly users: Users;
  protected abstract readonly messages: OwnMessages;
  protected abstract readonly state: OwnState;
  protected abstract readonly drafts: Drafts;
  protected abstract readonly documents: Documents;
  protected abstract readonly lanes: Lanes;
  private readonly views = new Map<string, Readable<ConversationView | undefined>>();

  protected abstract publish(fact: Fact): void;

  // Seen

  conversation(id: string): Readable<ConversationView | undefined> {
    let view = this.views.get(id);
    if (view === undefined) {
      view = look(this.store.views, id, undefined);
      this.views.set(id, view);
    }
    return view;
  }

  user(id: string): Readable<User | undefined> {
    return this.users.readable(id);
  }

  draft(conversation: string): Readable<string> {
    return look(this.store.drafts, conversation, '');
  }

  document<T>(name: string): Readable<T | undefined> {
    return this.documents.readable<T>(name);
  }

  pins_at(conversation: string): Readable<number> {
    return look(this.store.pins, conversation, 0);
  }

  receipts(conversation: string): Readable<Receipts> {
    return look(this.store.live.receipts, conversation, nobody);
  }

  typing(conversation: string): Readable<readonly string[]> {
    return look(this.store.live.typing, conversation, none);
  }

  presence(user: string): Readable<Presence | undefined> {
    return look(this.store.live.presence, user, undefined);
  }

  get own_presence(): Readable<OwnPresence> {
    return this.store.live.own;
  }

  // Done at once, here

  retry(client_id: string): Promise<void> {
    return this.messages.retry(client_id);
  }

  discard(client_id: string): Promise<void> {
    return this.messages.discard(client_id);
  }

  unsend(conversation: string, client_id: string): Promise<void> {
    return this.messages.unsend(conversation, client_id);
  }

  edit(conversation: string, seq: number, text: string, mentions: readonly string[] = []): Promise<void> {
    return this.messages.change(conversation, { kind: 'edited', target: seq, text, mentions: [...mentions] });
  }

  delete_message(conversation: string, seq: number, not_before?: number): Promise<void> {
    return this.messages.change(conversation, { kind: 'deleted', target: seq, ...(not_before && { not_before }) });
  }

  keep_message(conversation: string, seq: number): Promise<boolean> {
    return this.messages.keep(conversation, seq);
  }

  react(conversation: string, seq: number, emoji: string, on: boolean): Promise<void> {
    return this.messages.change(conversation, { kind: on ? 'reacted' : 'unreacted', target: seq, emoji });
  }

  pin(conversation: string, seq: number, on: boolean): Promise<void> {
    return this.messages.change(conversation, { kind: on ? 'pinned' : 'unpinned', target: seq });
  }

  set_my(conversation: string, patch: MyPatch): Promise<void> {
    return this.state.set(conversation, patch);
  }

  set_draft(conversation: string, text: string): void {
    this.drafts.set(conversation, text);
  }

  settle_draft(conversation: string): void {
    this.drafts.settle(conversation);
  }

  set_typing(conversation: string, on: boolean): void {
    this.lanes.set_typing(conversation, on);
  }

  watch(users: readonly string[]): () => void {
    return this.lanes.watch(users);
  }

  set_presence(status: OwnPresence): void {
    this.lanes.set_presence(status);
  }

  // Asked of the server: of no use without a connection

  call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    return this.api.call(method, path, body, signal);
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

  open_thread(conversation: string, seq: number): Promise<string> {
    return this.took(this.api.open_thread(conversation, seq));
  }

  async follow(thread: string): Promise<void> {
    await this.took(this.api.follow(thread));
  }

  async rename(conversation: string, title: string): Promise<void> {
    await this.took(this.api.rename(conversation, title));
  }

  protected async took(answer: Promise<Conversation>): Promise<string> {
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
}

function look<T, None>(map: EntityMap<T>, key: string, none: None): Readable<T | None> {
  return { get: () => map.get(key) ?? none, subscribe: (listener) => map.subscribe(key, listener) };
}
