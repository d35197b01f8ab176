import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../protocol';
import { first_of, Log, last_of } from './ranges';

const entry = (seq: number): Entry => ({ conversation: '1', seq, kind: 'left', actor: '2', at: seq });
const run = (from: number, to: number): Entry[] => Array.from({ length: to - from + 1 }, (_, i) => entry(from + i));

const runs = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 20 })).map(([from, more]) => [from, from + more] as const),
  { maxLength: 25 },
);

test('runs hold exactly what was inserted: sorted, dense, never touching', () => {
  fc.assert(
    fc.property(runs, (parts) => {
      const log = new Log();
      const expected = new Set<number>();
      for (const [from, to] of parts) {
        const fresh = run(from, to).some(({ seq }) => !expected.has(seq));
        expect(log.insert(run(from, to))).toBe(fresh);
        for (let seq = from; seq <= to; seq += 1) expected.add(seq);
      }
      const held = log.all().flatMap((part) => part.map(({ seq }) => seq));
      expect(held).toEqual([...expected].sort((a, b) => a - b));
      for (const part of log.all()) expect(last_of(part) - first_of(part) + 1).toBe(part.length);
      for (const [i, part] of log.all().entries()) {
        if (i > 0) expect(first_of(part)).toBeGreaterThan(last_of(log.all()[i - 1] ?? []) + 1);
      }
      for (const seq of expected) expect(log.get(seq)?.seq).toBe(seq);
    }),
  );
});

test('the order of inserting does not matter', () => {
  fc.assert(
    fc.property(runs, fc.integer(), (parts, seed) => {
      const [one, other] = [new Log(), new Log()];
      for (const [from, to] of parts) one.insert(run(from, to));
      const shuffled = [...parts].sort((a, b) => ((a[0] * 31 + seed) % 17) - ((b[0] * 31 + seed) % 17));
      for (const [from, to] of shuffled) other.insert(run(from, to));
      expect(other.all()).toEqual(one.all());
    }),
  );
});

test('a list of entries with a gap in it makes two runs', () => {
  const log = new Log();
  log.insert([...run(1, 2), ...run(5, 6)]);
  expect(log.all().map((part) => [first_of(part), last_of(part)])).toEqual([
    [1, 2],
    [5, 6],
  ]);
  expect(log.slice(5, 6).length).toBe(2);
  expect(log.slice(3, 4)).toEqual([]);
});

test('trimming keeps the newest', () => {
  const log = new Log();
  log.insert(run(1, 10));
  log.insert(run(20, 40));
  log.trim(5);
  expect(log.all()).toEqual([run(36, 40)]);
});
