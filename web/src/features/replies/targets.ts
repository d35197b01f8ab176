/** Which message the next one answers, by conversation; for as long as the page lives. */
import type { Engine } from '@/engine';
import { type Cell, cell } from '@/lib/cell';

const all = new WeakMap<Engine, Map<string, Cell<number | undefined>>>();

export function targetIn(engine: Engine, conversation: string): Cell<number | undefined> {
  const targets = all.get(engine) ?? new Map<string, Cell<number | undefined>>();
  all.set(engine, targets);
  const target = targets.get(conversation) ?? cell<number | undefined>(undefined);
  targets.set(conversation, target);
  return target;
}
