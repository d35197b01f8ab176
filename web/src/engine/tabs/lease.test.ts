import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { World } from '../testing/world';
import { lease_locks } from './lease';

function tabs(count: number) {
  const world = new World();
  const factory = new IDBFactory();
  const alive = Array.from({ length: count }, () => true);
  const locks = alive.map((_, i) =>
    lease_locks(factory, {
      now: () => world.clock.now,
      random: world.random,
      after: (ms, work) => world.clock.after(ms, () => alive[i] && work()),
    }),
  );
  return { world, locks, alive };
}

test('only one holds a lease at a time, and everybody gets a turn', async () => {
  const { world, locks } = tabs(4);
  let [inside, most, turns] = [0, 0, 0];
  const all = locks.map((lock) =>
    lock.hold('refresh', async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise<void>((resolve) => world.clock.after(700, resolve));
      inside -= 1;
      turns += 1;
    }),
  );
  await world.settled(Promise.all(all));
  expect([most, turns]).toEqual([1, 4]);
});

test('a holder at work keeps its lease for long; a dead one loses it', async () => {
  const { world, locks, alive } = tabs(2);
  void locks[0]?.hold('lead', () => new Promise(() => {}));
  await world.clock.advance(100);
  let got = false;
  void locks[1]?.hold('lead', async () => {
    got = true;
  });
  await world.clock.advance(60_000);
  expect(got).toBe(false);
  alive[0] = false;
  await world.clock.advance(15_000);
  expect(got).toBe(true);
});

test('who no longer wants it stops waiting', async () => {
  const { world, locks } = tabs(2);
  void locks[0]?.hold('lead', () => new Promise(() => {}));
  await world.clock.advance(100);
  const stop = new AbortController();
  const waiting = (locks[1] ?? locks[0])?.hold('lead', async () => {}, stop.signal);
  stop.abort();
  await expect(world.settled(waiting ?? Promise.resolve())).rejects.toThrow('no longer wanted');
});
