import { describe, expect, test } from 'vitest';
import type { Item } from '../outbox/items';
import { Uuid7 } from '../outbox/uuid7';
import { turn, World } from '../testing/world';
import { EngineError, type Pending } from '../types';
import { Outbox } from './outbox';

const row = (client_id: string, conversation = '7'): Pending => ({
  client_id,
  conversation,
  text: client_id,
  at: 0,
  state: 'queued',
});

function bench(answer: (row: Item, tries: number) => Error | undefined) {
  const { clock, random } = new World();
  const tried: string[] = [];
  const spared: string[] = [];
  const outbox = new Outbox({
    env: { after: (ms, work) => clock.after(ms, work), now: () => clock.now, random },
    deliver: async (asked) => {
      tried.push(asked.client_id);
      const error = answer(asked, tried.filter((id) => id === asked.client_id).length);
      if (error !== undefined) throw error;
      return { seq: tried.length, at: 0 };
    },
    changed: () => {},
    stored: async () => {},
    refused: async () => {},
    spared: (item) => spared.push(item.client_id),
  });
  return { clock, tried, spared, outbox };
}

describe('the outbox', () => {
  test('keeps the order of writing, also for rows found later on disk', async () => {
    const { tried, outbox } = bench(() => undefined);
    for (const id of ['b', 'c', 'a', 'b']) outbox.add(row(id));
    outbox.wake();
    await turn();
    expect(tried).toEqual(['a', 'b', 'c']);
  });

  test('one conversation that has to wait holds up no other', async () => {
    const { clock, tried, outbox } = bench((asked, tries) =>
      asked.client_id === 'a' && tries === 1 ? new EngineError('unavailable', '') : undefined,
    );
    outbox.wake();
    for (const one of [row('a'), row('b'), row('x', '8')]) outbox.add(one);
    await turn();
    expect(tried).toEqual(['a', 'x']);
    await clock.advance(2_000);
    expect(tried).toEqual(['a', 'x', 'a', 'b']);
  });

  test('waits longer each time, never above a minute, and at least as long as told', async () => {
    const { clock, tried, outbox } = bench(
      (_, tries) => new EngineError('limited', '', undefined, tries === 1 ? 30_000 : undefined),
    );
    outbox.wake();
    outbox.add(row('a'));
    await clock.advance(29_900);
    expect(tried.length).toBe(1);
    await clock.advance(600_000);
    expect(tried.length).toBeGreaterThan(10);
    expect(tried.length).toBeLessThan(30);
  });

  test('what the author withdrew while it waited is not sent', async () => {
    const { tried, outbox } = bench(() => undefined);
    outbox.add(row('a'));
    outbox.drop(row('a'));
    outbox.wake();
    await turn();
    expect(tried).toEqual([]);
  });
});

test('client ids ascend, whatever the clock does', () => {
  let now = 1_800_000_000_000;
  const ids = new Uuid7(
    () => now,
    (count) => new Uint8Array(count).fill(255),
  );
  const made: string[] = [];
  for (let i = 0; i < 5_000; i += 1) {
    if (i === 100) now -= 60_000;
    made.push(ids.next());
  }
  expect(made).toEqual([...made].sort());
  expect(new Set(made).size).toBe(5_000);
  expect(made[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
