/**
 * What the reader began to write. On this device with every key; a moment after the last one it follows them to their
 * other devices, as part of what they set for themselves. Until then it is `dirty`, and no draft from elsewhere is taken.
 */
import type { Env } from '../env';
import type { Own } from '../persist/own';
import type { Fact } from '../store/facts';
import type { Store } from '../store/store';
import type { OwnState } from './own-state';

const rest_ms = 2_000;

type DraftFact = Extract<Fact, { fact: 'draft' }>;

export interface DraftsParts {
  env: Env;
  store: Store;
  own: Own;
  state: OwnState;
  publish(fact: Fact): void;
  leading(): boolean;
}

export class Drafts {
  /** Written in this tab and not told since. */
  private readonly written = new Set<string>();
  /** In the leader: what waits for its moment. */
  private readonly waiting = new Map<string, () => void>();

  constructor(private readonly parts: DraftsParts) {}

  set(conversation: string, text: string): void {
    if (text === (this.parts.store.drafts.get(conversation) ?? '')) return;
    this.written.add(conversation);
    this.tell({ fact: 'draft', conversation, text, dirty: true });
  }

  /** The reader turned to something else: it need not wait longer. */
  settle(conversation: string): void {
    if (!this.written.delete(conversation)) return;
    const { store } = this.parts;
    if (!store.dirty.has(conversation)) return;
    this.tell({ fact: 'draft', conversation, text: store.drafts.get(conversation) ?? '', dirty: true, settled: true });
  }

  settle_all(): void {
    for (const conversation of [...this.written]) this.settle(conversation);
  }

  /** The leader keeps on disk what any tab writes, and sends it. */
  heard({ conversation, text, dirty, settled = false }: DraftFact): void {
    if (!dirty) return;
    void this.parts.own.put_draft(conversation, text);
    this.plan(conversation, settled ? 0 : rest_ms);
  }

  lead(): void {
    for (const conversation of this.parts.store.dirty) this.plan(conversation, rest_ms);
  }

  step_down(): void {
    for (const cancel of this.waiting.values()) cancel();
    this.waiting.clear();
  }

  /** The server did not want it: it stays here. */
  refused(conversation: string, draft: string): void {
    if (this.parts.store.dirty.has(conversation)) return;
    this.parts.publish({ fact: 'draft', conversation, text: draft, dirty: true });
    void this.parts.own.put_draft(conversation, draft);
  }

  private tell(fact: DraftFact): void {
    this.parts.publish(fact);
    if (this.parts.leading()) this.heard(fact);
  }

  private plan(conversation: string, wait_ms: number): void {
    this.waiting.get(conversation)?.();
    this.waiting.set(
      conversation,
      this.parts.env.after(wait_ms, () => {
        this.waiting.delete(conversation);
        void this.push(conversation);
      }),
    );
  }

  private async push(conversation: string): Promise<void> {
    const { store, own, state, publish } = this.parts;
    const text = store.drafts.get(conversation) ?? '';
    // Not known here (yet): it waits on disk.
    if (!store.dirty.has(conversation) || store.row(conversation) === undefined) return;
    await state.set(conversation, { draft: text === '' ? null : text });
    if ((store.drafts.get(conversation) ?? '') !== text) return;
    publish({ fact: 'draft', conversation, text, dirty: false });
    await own.put_draft(conversation, '');
  }
}
