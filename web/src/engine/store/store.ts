/** Everything one tab knows of its account. Changes come in as facts only; the views are kept ready for the UI. */
import type { Conversation, Entry, Me, User } from '../protocol';
import type { Connection, ConversationView, Pending } from '../types';
import { Cell, EntityMap, Topics } from './cells';
import { apply_live, apply_read, apply_receipt, ends_membership, merge_head, merge_row, merge_snapshot } from './conversations';
import type { ConversationRow, Fact } from './facts';
import { first_of, Log, last_of } from './ranges';

/** Entries kept in memory for a conversation that is not on screen. */
const resting_entries = 200;

export class Store {
  readonly me: Cell<Me>;
  readonly connection = new Cell<Connection>({ state: 'connecting' });
  readonly ready = new Cell(false);
  /** Ids, latest first. */
  readonly order = new Cell<readonly string[]>([]);
  readonly unread_total = new Cell(0);
  readonly views = new EntityMap<ConversationView>();
  readonly users = new EntityMap<User>();
  readonly drafts = new EntityMap<string>();
  /** Announces a conversation whose log, head or pending rows changed. */
  readonly touched = new Topics();

  private readonly rows = new Map<string, ConversationRow>();
  private readonly logs = new Map<string, Log>();
  private readonly pendings = new Map<string, Pending[]>();
  /** Seq at which membership ended: older news of that conversation is stale. */
  private readonly graves = new Map<string, number>();
  private readonly on_screen = new Map<string, number>();

  constructor(me: Me) {
    this.me = new Cell(me);
  }

  apply(fact: Fact): void {
    switch (fact.fact) {
      case 'me':
        if (fact.me.version >= this.me.get().version) this.me.set(fact.me);
        this.users.set(fact.me.id, fact.me);
        return;
      case 'connection':
        this.connection.set(fact.connection);
        return;
      case 'ready':
        this.ready.set(true);
        return;
      case 'users':
        for (const user of fact.users) this.users.set(user.id, user);
        return;
      case 'heads':
        this.apply_heads(fact);
        return;
      case 'conversations':
        for (const fresh of fact.conversations) this.apply_snapshot(fresh);
        return;
      case 'rows':
        for (const row of fact.rows) this.learn(merge_row(this.rows.get(row.conversation.id), row));
        if (fact.complete) this.keep_only(fact.rows.map((row) => row.conversation.id));
        return;
      case 'entries':
        this.apply_entries(fact.conversation, fact.entries, fact.live);
        return;
      case 'gone':
        this.graves.set(fact.conversation, fact.seq);
        this.remove(fact.conversation);
        return;
      case 'pending':
        this.put_pending(fact.row);
        return;
      case 'pending_gone':
        this.drop_pendings(fact.conversation, (row) => row.client_id === fact.client_id);
        return;
      case 'draft':
        if (fact.text === '') this.drafts.delete(fact.conversation);
        else this.drafts.set(fact.conversation, fact.text);
        this.refresh_view(fact.conversation);
        return;
      default:
        this.apply_mark(fact);
        return;
    }
  }

  private apply_mark(fact: Extract<Fact, { fact: 'receipt' | 'read' }>): void {
    const row = this.rows.get(fact.conversation);
    if (row === undefined) return;
    const [log, me] = [this.log(fact.conversation), this.me.get().id];
    this.put(fact.fact === 'read' ? apply_read(row, fact.seq, log, me) : apply_receipt(row, fact, log, me));
  }

  row(id: string): ConversationRow | undefined {
    return this.rows.get(id);
  }

  all_rows(): IterableIterator<ConversationRow> {
    return this.rows.values();
  }

  /** The newest entry anyone has told of. */
  head(id: string): number {
    return Math.max(this.rows.get(id)?.conversation.head_seq ?? 0, last_of(this.log(id).newest() ?? []));
  }

  log(id: string): Log {
    let log = this.logs.get(id);
    if (log === undefined) {
      log = new Log();
      this.logs.set(id, log);
    }
    return log;
  }

  /** Own messages without an entry, oldest first. */
  pending(id: string): readonly Pending[] {
    return this.pendings.get(id) ?? [];
  }

  all_pending(): Pending[] {
    return [...this.pendings.values()].flat();
  }

  /** A timeline of this conversation is open: its log is kept whole until the answer is called. */
  watch(id: string): () => void {
    this.on_screen.set(id, (this.on_screen.get(id) ?? 0) + 1);
    return () => {
      const left = (this.on_screen.get(id) ?? 1) - 1;
      if (left > 0) {
        this.on_screen.set(id, left);
        return;
      }
      this.on_screen.delete(id);
      this.log(id).trim(resting_entries);
    };
  }

  watched(): string[] {
    return [...this.on_screen.keys()];
  }

  private apply_heads(fact: Extract<Fact, { fact: 'heads' }>): void {
    for (const head of fact.heads) {
      const row = this.rows.get(head[0]);
      if (row !== undefined) this.learn(merge_head(row, head));
    }
    if (fact.complete) this.keep_only(fact.heads.map((head) => head[0]));
  }

  private keep_only(ids: string[]): void {
    const members = new Set(ids);
    for (const id of [...this.rows.keys()]) if (!members.has(id)) this.remove(id);
  }

  /** News about the whole conversation; entries that came before it are folded in. */
  private learn(row: ConversationRow): void {
    const run = this.log(row.conversation.id).run_at(row.detail_seq + 1);
    const beyond = run?.slice(row.detail_seq + 1 - first_of(run)) ?? [];
    this.put(apply_live(row, beyond, this.me.get().id));
  }

  private apply_snapshot(fresh: Conversation): void {
    const grave = this.graves.get(fresh.id);
    if (grave !== undefined && fresh.head_seq <= grave) return;
    this.graves.delete(fresh.id);
    if (fresh.peer) this.users.set(fresh.peer.id, fresh.peer);
    this.learn(merge_snapshot(this.rows.get(fresh.id), fresh));
  }

  private apply_entries(id: string, entries: Entry[], live: boolean): void {
    const me = this.me.get().id;
    const log = this.log(id);
    const changed = log.insert(entries);
    if (!this.on_screen.has(id) && (log.newest()?.length ?? 0) > 2 * resting_entries) log.trim(resting_entries);
    if (live) {
      const last = entries[entries.length - 1];
      // Also for a conversation not known yet: its description may be on its way.
      if (last !== undefined && ends_membership(last, me)) {
        this.apply({ fact: 'gone', conversation: id, seq: last.seq });
        return;
      }
      const row = this.rows.get(id);
      if (row !== undefined) this.put(apply_live(row, entries, me), false);
    }
    if (!changed) return;
    const own = new Set(
      entries.map((entry) => (entry.kind === 'message' && entry.message.sender === me ? entry.message.client_id : '')),
    );
    this.drop_pendings(id, (pending) => own.has(pending.client_id), false);
    this.touched.announce(id);
  }

  private put(row: ConversationRow, announce = true): void {
    const { id } = row.conversation;
    const old = this.rows.get(id);
    if (old === row) return;
    this.rows.set(id, row);
    this.unread_total.set(this.unread_total.get() + row.conversation.unread - (old?.conversation.unread ?? 0));
    this.refresh_view(id);
    if (announce && old?.conversation.head_seq !== row.conversation.head_seq) this.touched.announce(id);
  }

  private remove(id: string): void {
    const row = this.rows.get(id);
    this.rows.delete(id);
    this.logs.delete(id);
    this.unread_total.set(this.unread_total.get() - (row?.conversation.unread ?? 0));
    this.views.delete(id);
    this.order.set(this.order.get().filter((other) => other !== id));
    this.touched.announce(id);
  }

  private put_pending(row: Pending): void {
    const rows = this.pending(row.conversation);
    const at = rows.findIndex((other) => other.client_id === row.client_id);
    this.pendings.set(row.conversation, at === -1 ? [...rows, row].sort(by_client_id) : rows.with(at, row));
    this.refresh_view(row.conversation);
    this.touched.announce(row.conversation);
  }

  private drop_pendings(id: string, drop: (row: Pending) => boolean, announce = true): void {
    const rows = this.pending(id);
    const left = rows.filter((row) => !drop(row));
    if (left.length === rows.length) return;
    this.pendings.set(id, left);
    this.refresh_view(id);
    if (announce) this.touched.announce(id);
  }

  private refresh_view(id: string): void {
    const conversation = this.rows.get(id)?.conversation;
    if (conversation === undefined) return;
    const draft = this.drafts.get(id);
    const pending: Pending | undefined = this.pending(id).at(-1);
    const display_title = conversation.kind === 'direct' ? (conversation.peer?.name ?? '') : (conversation.title ?? '');
    const old = this.views.get(id);
    this.views.set(id, { ...conversation, display_title, ...(draft !== undefined && { draft }), ...(pending && { pending }) });
    const at = Math.max(conversation.last_at, pending?.at ?? 0);
    if (old === undefined || listed_at(old) !== at) this.move(id, at, old !== undefined);
  }

  private move(id: string, at: number, listed: boolean): void {
    const ids = [...this.order.get()];
    if (listed) ids.splice(ids.indexOf(id), 1);
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.views.get(ids[middle] ?? '');
      if (other !== undefined && later(listed_at(other), other.id, at, id)) low = middle + 1;
      else high = middle;
    }
    ids.splice(low, 0, id);
    this.order.set(ids);
  }
}

/** UUIDv7 sorts by time. */
const by_client_id = (a: Pending, b: Pending): number => (a.client_id < b.client_id ? -1 : 1);

const listed_at = (view: ConversationView): number => Math.max(view.last_at, view.pending?.at ?? 0);

/** Latest first; of two at the same time the younger conversation (ids grow with time). */
function later(at: number, id: string, other_at: number, other_id: string): boolean {
  if (at !== other_at) return at > other_at;
  return id.length !== other_id.length ? id.length > other_id.length : id > other_id;
}
