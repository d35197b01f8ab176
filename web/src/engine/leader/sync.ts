/**
 * From frames to facts. Runs in the leader tab. After a welcome: heads first, then list pages until nothing changed is
 * left; history only for what is on screen. Live events need no buffer meanwhile, as facts commute with snapshots.
 */
import type { Env } from '../env';
import type { Entry, Head, ReadMark, Said, ServerFrame, Welcome } from '../protocol';
import { ends_membership, recounted } from '../store/conversations';
import type { ConversationRow, Fact } from '../store/facts';
import { last_of } from '../store/ranges';
import type { Store } from '../store/store';
import type { Api } from '../transport/api';
import { backoff_ms } from '../transport/backoff';
import { EngineError } from '../types';
import type { Socket } from './socket';

export interface SyncParts {
  env: Env;
  store: Store;
  api: Api;
  publish(fact: Fact): void;
  /** The newest entries have come. */
  arrived(conversation: string, entries: readonly Entry[]): void;
}

const most_known = 100;
const read_wait_ms = 300;

export class Sync {
  /** Set by the owner, as the socket wants its events first. */
  socket: Socket | undefined;
  private round = 0;
  /** Conversations being fetched, and whether something happened to them since. */
  private readonly fetching = new Map<string, boolean>();
  private readonly reads = new Map<string, () => void>();

  constructor(private readonly parts: SyncParts) {}

  /** Cursors of what is on screen; everything else is read when it is shown. */
  known(): Record<string, number> {
    const { store } = this.parts;
    const cursors: Record<string, number> = {};
    for (const id of store.watched().slice(0, most_known)) {
      const newest = store.log(id).newest();
      if (newest !== undefined) cursors[id] = last_of(newest);
    }
    return cursors;
  }

  welcome(frame: Welcome): void {
    this.round += 1;
    const { store, publish } = this.parts;
    publish({ fact: 'heads', heads: frame.heads, complete: !frame.more });
    publish({ fact: 'versions', versions: frame.versions ?? {}, complete: true });
    this.push_reads(frame.heads);
    if (frame.account_version !== store.me.get().version) void this.fetch_me();
    const changed = frame.heads.filter((head) => is_news(store.row(head[0]), head)).map(([id]) => id);
    void this.fetch_list(this.round, new Set(changed), frame.more ?? undefined, 0);
  }

  frame(frame: ServerFrame): void {
    switch (frame.op) {
      case 'entry':
        this.live(frame.entry.conversation, [frame.entry]);
        return;
      case 'entries':
        this.live(frame.conversation, frame.entries);
        return;
      case 'receipt':
        if (frame.user === this.parts.store.me.get().id) this.own_mark(frame);
        return;
      case 'my':
        this.parts.publish({ fact: 'my', conversation: frame.conversation, my: frame.my });
        return;
      case 'changed':
        this.parts.publish({ fact: 'versions', versions: { [frame.what]: frame.version }, complete: false });
        return;
      case 'account':
        if (frame.version !== this.parts.store.me.get().version) void this.fetch_me();
        return;
      default:
        // `caught_up` needs nothing, and after a `reset` the timeline on screen sees its hole and fetches a window.
        return;
    }
  }

  private own_mark({ conversation, read_seq, unread, mentions }: Said<'receipt'>): void {
    if (read_seq == null || unread == null) return;
    this.parts.publish({ fact: 'receipt', conversation, read_seq, unread, mentions: mentions ?? 0 });
  }

  /** The socket is gone. */
  pause(): void {
    this.round += 1;
    for (const cancel of this.reads.values()) cancel();
    this.reads.clear();
  }

  /** One's own mark moved; the server is told a moment later, once, the last place only. */
  read(conversation: string): void {
    if (this.reads.has(conversation)) return;
    const cancel = this.parts.env.after(read_wait_ms, () => {
      this.reads.delete(conversation);
      void this.push_read(conversation);
    });
    this.reads.set(conversation, cancel);
  }

  private live(conversation: string, entries: Entry[]): void {
    const { store, publish, arrived } = this.parts;
    const [first, last] = [entries[0], entries[entries.length - 1]];
    if (first === undefined || last === undefined) return;
    const me = store.me.get().id;
    const head_seq = store.row(conversation)?.conversation.head_seq;
    publish({ fact: 'entries', conversation, entries, live: true });
    arrived(conversation, entries);
    if (ends_membership(last, me)) return;
    // New to us, or something before it never came: counters and title are not ours to guess.
    const row = store.row(conversation);
    const counts = row && recounted(row, entries, store.log(conversation), me);
    if (head_seq === undefined || first.seq > head_seq + 1 || counts === 'unknown') void this.fetch_conversation(conversation);
    // The other tabs may have less of the log.
    else if (counts !== undefined) publish({ fact: 'receipt', conversation, ...counts });
  }

  private async fetch_conversation(id: string, tries = 0): Promise<void> {
    const { round } = this;
    const key = `${round} ${id}`;
    if (this.fetching.has(key)) {
      this.fetching.set(key, true);
      return;
    }
    this.fetching.set(key, false);
    let wait_ms: number | undefined;
    try {
      const conversation = await this.parts.api.conversation(id);
      // The welcome of a later connection knows better, and may know that one is no member any more.
      if (round === this.round) this.parts.publish({ fact: 'conversations', conversations: [conversation] });
      if (this.fetching.get(key)) wait_ms = 0;
    } catch (error) {
      // Removed again meanwhile, or worth another try.
      if (!(error instanceof EngineError) || error.code !== 'not_found') wait_ms = this.retry_ms(tries);
    }
    this.fetching.delete(key);
    if (wait_ms !== undefined) this.later(round, wait_ms, () => void this.fetch_conversation(id, tries + 1));
  }

  private async fetch_me(tries = 0): Promise<void> {
    const { round } = this;
    try {
      this.parts.publish({ fact: 'me', me: await this.parts.api.me() });
    } catch {
      this.later(round, this.retry_ms(tries), () => void this.fetch_me(tries + 1));
    }
  }

  private retry_ms(tries: number): number {
    return backoff_ms(tries, 1_000, 30_000, () => this.parts.env.random());
  }

  /** Unless the connection breaks before: then the next welcome starts all of it anew. */
  private later(round: number, ms: number, work: () => void): void {
    this.parts.env.after(ms, () => {
      if (round === this.round) work();
    });
  }

  private async fetch_list(round: number, changed: Set<string>, more: string | undefined, tries: number): Promise<void> {
    try {
      let cursor: string | undefined;
      while (changed.size > 0) {
        const page = await this.parts.api.conversations(cursor);
        if (round !== this.round) return;
        this.parts.publish({ fact: 'conversations', conversations: page.conversations });
        this.parts.publish({ fact: 'ready' });
        for (const { id } of page.conversations) changed.delete(id);
        cursor = page.cursor ?? undefined;
        if (cursor === undefined) break;
      }
      if (more !== undefined) await this.fetch_rest(round, more);
      if (round !== this.round) return;
      this.parts.publish({ fact: 'ready' });
      this.parts.publish({ fact: 'connection', connection: { state: 'online' } });
    } catch {
      this.later(round, this.retry_ms(tries), () => void this.fetch_list(round, changed, more, tries + 1));
    }
  }

  /** Conversations beyond those a welcome can name. */
  private async fetch_rest(round: number, from: string): Promise<void> {
    let cursor: string | undefined = from;
    while (cursor !== undefined && round === this.round) {
      const page = await this.parts.api.conversations(cursor);
      this.parts.publish({ fact: 'conversations', conversations: page.conversations });
      cursor = page.cursor ?? undefined;
    }
  }

  /** Marks that moved while nobody listened. */
  private push_reads(heads: readonly Head[]): void {
    for (const [id, , read_seq] of heads) {
      const row = this.parts.store.row(id);
      if (row !== undefined && row.conversation.my.read_seq > read_seq) this.read(id);
    }
  }

  private async push_read(conversation: string): Promise<void> {
    const seq = this.parts.store.row(conversation)?.conversation.my.read_seq;
    if (seq === undefined || this.socket === undefined) return;
    try {
      const ok = await this.socket.command('read', { conversation, seq });
      this.parts.publish({ fact: 'receipt', ...mark_of(ok, conversation) });
    } catch {
      // The next welcome shows the difference, and it is sent again.
    }
  }
}

/** Is there more to know of a conversation than its head tells? */
function is_news(row: ConversationRow | undefined, [, head_seq, , , , , version]: Head): boolean {
  return row === undefined || row.detail_seq < head_seq || (row.conversation.my.version ?? 0) !== version;
}

function mark_of({ read_seq, unread, mentions }: ReadMark, conversation: string) {
  return { conversation, read_seq, unread, mentions };
}
