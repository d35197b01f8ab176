/** Everything one tab knows of its account. Changes come in as facts only; the views are kept ready for the UI. */
import type { Env } from '../env';
import type { Conversation, Entry, Me, Message, User } from '../protocol';
import type { Connection, ConversationView, Pending } from '../types';
import { Cell, EntityMap, Topics } from './cells';
import { apply_live, apply_my, apply_read, apply_receipt, ends_membership, merge_head, merge_row } from './conversations';
import type { ConversationRow, Document, Fact } from './facts';
import { Live } from './live';
import { Overlay } from './overlay';
import { first_of, Log, last_of } from './ranges';
import { is_muted, Totals } from './totals';

/** Kept in memory of a conversation that is not on screen: rows, and entries altogether. */
const resting = [200, 300] as const;
const most_resting = 400;

/** A mute ends by itself. */
type Clock = Pick<Env, 'now' | 'after'>;
const longest_wait_ms = 86_400_000;

export class Store {
  readonly me: Cell<Me>;
  readonly connection = new Cell<Connection>({ state: 'connecting' });
  readonly ready = new Cell(false);
  /** Ids, latest first. */
  readonly order = new Cell<readonly string[]>([]);
  readonly threads = new Cell<readonly string[]>([]);
  /** What waits to be accepted, or was put away; not among the others. */
  readonly requests = new Cell<readonly string[]>([]);
  readonly totals = new Totals();
  readonly overlay = new Overlay();
  readonly live: Live;
  readonly documents = new EntityMap<Document>();
  readonly versions = new Map<string, number>();
  readonly views = new EntityMap<ConversationView>();
  readonly users = new EntityMap<User>();
  readonly drafts = new EntityMap<string>();
  /** Where something was last pinned or unpinned, as far as the log is here. */
  readonly pins = new EntityMap<number>();
  /** Conversations whose draft was written here and not told to the server yet. */
  readonly dirty = new Set<string>();
  /** Announces a conversation whose log, head or pending rows changed. */
  readonly touched = new Topics();

  private readonly rows = new Map<string, ConversationRow>();
  private readonly logs = new Map<string, Log>();
  private readonly pendings = new Map<string, Pending[]>();
  /** Seq at which membership ended: older news of that conversation is stale. */
  private readonly graves = new Map<string, number>();
  private readonly on_screen = new Map<string, number>();
  /** Conversations that are muted for a while. */
  private readonly unmutes = new Map<string, () => void>();

  constructor(
    me: Me,
    private readonly clock: Clock,
  ) {
    this.me = new Cell(me);
    this.live = new Live(clock);
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
        if (fact.row.withdrawn) this.drop_pendings(fact.row.conversation, (row) => row.client_id === fact.row.client_id);
        else this.put_pending(fact.row);
        return;
      case 'pending_gone':
        this.drop_pendings(fact.conversation, (row) => row.client_id === fact.client_id);
        return;
      case 'change':
        this.overlaid(fact.change.conversation, this.overlay.put(fact.change));
        return;
      case 'change_gone':
        this.overlay.drop(fact.conversation, fact.client_id);
        this.overlaid(fact.conversation);
        return;
      case 'versions':
        if (fact.complete) this.versions.clear();
        for (const [name, version] of Object.entries(fact.versions)) this.versions.set(name, version);
        return;
      case 'document': {
        const { name, version, value } = fact;
        if (version >= (this.documents.get(name)?.version ?? 0)) this.documents.set(name, { name, version, value });
        return;
      }
      case 'receipts':
      case 'typing':
      case 'presence':
      case 'presence_unknown':
      case 'own_presence':
        this.live.apply(fact);
        return;
      case 'refused':
      case 'set_typing':
      case 'watching':
      case 'active':
        return;
      case 'draft':
        this.draft(fact.conversation, fact.text);
        if (fact.dirty) this.dirty.add(fact.conversation);
        else this.dirty.delete(fact.conversation);
        this.refresh_view(fact.conversation);
        return;
      default:
        this.apply_mark(fact);
        return;
    }
  }

  private apply_mark(fact: Extract<Fact, { fact: 'receipt' | 'read' | 'my' }>): void {
    const row = this.rows.get(fact.conversation);
    if (row === undefined) return;
    const [log, me] = [this.log(fact.conversation), this.me.get().id];
    if (fact.fact === 'my') this.put(apply_my(row, fact.my));
    else this.put(fact.fact === 'read' ? apply_read(row, fact.seq, log, me) : apply_receipt(row, fact, log, me));
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
      log = new Log(this.me.get().id);
      this.logs.set(id, log);
    }
    return log;
  }

  /** A message as the reader is to see it: with their own changes, though the server has not confirmed them. */
  message(id: string, seq: number): Message | undefined {
    const told = this.log(id).get(seq);
    const entry = told && this.overlay.entry(told);
    return entry?.kind === 'message' ? entry.message : undefined;
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
      this.log(id).trim(...resting);
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

  /** A row, and what the log knows beyond it. */
  private on(row: ConversationRow): ConversationRow {
    const log = this.log(row.conversation.id);
    const run = log.run_at(row.detail_seq + 1);
    const beyond = run?.slice(row.detail_seq + 1 - first_of(run)) ?? [];
    return apply_live(row, beyond, log, this.me.get().id);
  }

  private learn(row: ConversationRow): void {
    this.put(this.on(row));
  }

  private apply_snapshot(fresh: Conversation): void {
    const grave = this.graves.get(fresh.id);
    if (grave !== undefined && fresh.head_seq <= grave) return;
    this.graves.delete(fresh.id);
    if (fresh.peer) this.users.set(fresh.peer.id, fresh.peer);
    // An old answer and the entries since are as good as a new answer, and count better than this device may have.
    this.learn(merge_row(this.rows.get(fresh.id), this.on({ conversation: fresh, detail_seq: fresh.head_seq })));
  }

  private apply_entries(id: string, entries: Entry[], live: boolean): void {
    const me = this.me.get().id;
    const log = this.log(id);
    const changed = log.insert(entries);
    this.note_pins(id, entries);
    if (!this.on_screen.has(id) && (log.newest()?.length ?? 0) > most_resting) log.trim(...resting);
    if (live) {
      const last = entries[entries.length - 1];
      // Also for a conversation not known yet: its description may be on its way.
      if (last !== undefined && ends_membership(last, me)) {
        this.apply({ fact: 'gone', conversation: id, seq: last.seq });
        return;
      }
      const row = this.rows.get(id);
      if (row !== undefined) this.put(apply_live(row, entries, log, me), false);
      this.live.said(id, entries);
    }
    // Also when nothing is new: the row may have been shown again, late, by the leader before this one.
    const arrived = this.drop_arrived(id, entries);
    if (changed && this.overlay.settle(id, log)) this.refresh_view(id);
    if (changed || arrived) this.touched.announce(id);
  }

  /** Own messages that are entries now wait no more. */
  private drop_arrived(id: string, entries: Entry[]): boolean {
    if (this.pending(id).length === 0) return false;
    const names = new Set(entries.map((entry) => (entry.kind === 'message' ? entry.message.client_id : '')));
    return this.drop_pendings(id, (pending) => names.has(pending.client_id), false);
  }

  private note_pins(id: string, entries: readonly Entry[]): void {
    const pin = entries.findLast(({ kind }) => kind === 'pinned' || kind === 'unpinned');
    if (pin && pin.seq > (this.pins.get(id) ?? 0)) this.pins.set(id, pin.seq);
  }

  private put(row: ConversationRow, announce = true): void {
    const { id } = row.conversation;
    const old = this.rows.get(id);
    if (old === row) return;
    this.rows.set(id, row);
    this.refresh_view(id);
    if (announce && old?.conversation.head_seq !== row.conversation.head_seq) this.touched.announce(id);
  }

  private remove(id: string): void {
    const row = this.rows.get(id);
    this.rows.delete(id);
    this.logs.delete(id);
    this.totals.set(id, undefined, 0);
    this.views.delete(id);
    if (row !== undefined) this.unlist(this.list_of(row.conversation), id);
    this.touched.announce(id);
  }

  private put_pending(row: Pending): void {
    const rows = this.pending(row.conversation);
    const at = rows.findIndex((other) => other.client_id === row.client_id);
    if (rows[at] === row) return;
    this.pendings.set(row.conversation, at === -1 ? [...rows, row].sort(by_client_id) : rows.with(at, row));
    this.refresh_view(row.conversation);
    this.touched.announce(row.conversation);
  }

  private drop_pendings(id: string, drop: (row: Pending) => boolean, announce = true): boolean {
    const rows = this.pending(id);
    const left = rows.filter((row) => !drop(row));
    if (left.length === rows.length) return false;
    this.pendings.set(id, left);
    this.refresh_view(id);
    if (announce) this.touched.announce(id);
    return true;
  }

  /** Own changes came or went. */
  private overlaid(id: string, changed = true): void {
    if (!changed) return;
    this.overlay.settle(id, this.log(id));
    this.refresh_view(id);
    this.touched.announce(id);
  }

  private refresh_view(id: string): void {
    const told = this.rows.get(id)?.conversation;
    if (told === undefined) return;
    const conversation = this.overlay.conversation(told);
    const now = this.clock.now();
    this.totals.set(id, conversation, now);
    this.plan_unmute(id, (conversation.my.muted_until ?? 0) - now);
    if (!this.dirty.has(id)) this.draft(id, conversation.my.draft ?? '');
    const draft = this.drafts.get(id);
    const pending: Pending | undefined = this.pending(id).at(-1);
    const old = this.views.get(id);
    this.views.set(id, {
      ...conversation,
      display_title: conversation.kind === 'direct' ? (conversation.peer?.name ?? '') : (conversation.title ?? ''),
      marked_unread: conversation.my.marked_unread ?? false,
      muted: is_muted(conversation, now),
      ...(draft !== undefined && { draft }),
      ...(pending && { pending }),
    });
    const at = Math.max(conversation.last_at, pending?.at ?? 0);
    const [before, list] = [old && this.list_of(old), this.list_of(conversation)];
    if (before !== list) this.unlist(before, id);
    if (before !== list || old === undefined || listed_at(old) !== at) this.move(list, id, at, before === list);
  }

  private draft(id: string, text: string): void {
    if (text === '') this.drafts.delete(id);
    else this.drafts.set(id, text);
  }

  private plan_unmute(id: string, wait_ms: number): void {
    this.unmutes.get(id)?.();
    this.unmutes.delete(id);
    if (wait_ms <= 0) return;
    this.unmutes.set(
      id,
      this.clock.after(Math.min(wait_ms, longest_wait_ms), () => this.refresh_view(id)),
    );
  }

  /** Where it is listed; a thread that one only looks into is nowhere. */
  private list_of({ kind, my }: Conversation): Cell<readonly string[]> | undefined {
    if (my.request != null) return this.requests;
    if (kind !== 'thread') return this.order;
    return my.visitor ? undefined : this.threads;
  }

  private unlist(list: Cell<readonly string[]> | undefined, id: string): void {
    list?.set(list.get().filter((other) => other !== id));
  }

  private move(list: Cell<readonly string[]> | undefined, id: string, at: number, listed: boolean): void {
    if (list === undefined) return;
    const ids = [...list.get()];
    if (listed) ids.splice(ids.indexOf(id), 1);
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.views.get(ids[middle] ?? '');
      if (other !== undefined && later(listed_at(other), other.id, at, id)) low = middle + 1;
      else high = middle;
    }
    ids.splice(low, 0, id);
    list.set(ids);
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
