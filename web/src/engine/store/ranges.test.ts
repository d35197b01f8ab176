import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, Message } from '../protocol';
import { fresh_my, Room } from '../testing/room';
import { is_mutation } from './fold';
import { ahead, back, end_of, first_of, Log, last_of } from './ranges';

const [alice, bob] = ['1', '2'];
const log_of_alice = () => new Log(alice);

const entry = (seq: number): Entry => ({ conversation: '7', seq, kind: 'left', actor: bob, at: seq });
const run = (from: number, to: number): Entry[] => Array.from({ length: to - from + 1 }, (_, i) => entry(from + i));

const runs = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 20 })).map(([from, more]) => [from, from + more] as const),
  { maxLength: 25 },
);

describe('runs', () => {
  test('hold exactly what was inserted: sorted, dense, never touching', () => {
    fc.assert(
      fc.property(runs, (parts) => {
        const log = log_of_alice();
        const expected = new Set<number>();
        for (const [from, to] of parts) {
          const fresh = run(from, to);
          expect(log.insert(fresh)).toBe(fresh.some(({ seq }) => !expected.has(seq)));
          for (const { seq } of fresh) expected.add(seq);
        }
        const held = log.all().flatMap((part) => part.map(({ seq }) => seq));
        expect(held).toEqual([...expected].sort((a, b) => a - b));
        for (const [i, part] of log.all().entries()) {
          expect(last_of(part) - first_of(part) + 1).toBe(part.length);
          if (i > 0) expect(first_of(part)).toBeGreaterThan(last_of(log.all()[i - 1] ?? []) + 1);
        }
        for (const seq of expected) expect(log.get(seq)?.seq).toBe(seq);
      }),
    );
  });

  test('a list of entries with a gap in it makes two', () => {
    const log = log_of_alice();
    log.insert([...run(1, 2), ...run(5, 6)]);
    expect(log.all().map((part) => [first_of(part), last_of(part)])).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(log.slice(5, 6).length).toBe(2);
    expect(log.slice(3, 4)).toEqual([]);
  });

  test('trimming keeps the newest', () => {
    const log = log_of_alice();
    log.insert(run(1, 10));
    log.insert(run(20, 40));
    log.trim(5, 9);
    expect(log.all()).toEqual([run(36, 40)]);
  });
});

/** One thing that happens: somebody says something, or changes what was said. */
const happening = fc.record({
  what: fc.constantFrom(
    'say',
    'say',
    'edited',
    'deleted',
    'reacted',
    'reacted',
    'unreacted',
    'pinned',
    'unpinned',
    'patched',
    'thread',
  ),
  who: fc.constantFrom(alice, bob),
  which: fc.nat({ max: 6 }),
  emoji: fc.constantFrom('👍', '🎉'),
  withheld: fc.constantFrom(false, false, false, true),
});

/** From where to where a page is read, and how far the log had come by then. */
const page = fc.record({ from: fc.nat({ max: 60 }), length: fc.integer({ min: 1, max: 12 }), read_at: fc.nat({ max: 60 }) });

const stories = fc.record({
  happenings: fc.array(happening, { minLength: 5, maxLength: 60 }),
  pages: fc.array(page, { maxLength: 12 }),
  seed: fc.integer(),
});

interface Story {
  /** As each entry was told when it happened. */
  live: Entry[];
  /** `heads[n]`: all entries as Alice reads them when the log has n entries. */
  heads: Entry[][];
}

function play(happenings: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[]): Story {
  const room = new Room('7', 'group', '', 0);
  for (const user of [alice, bob]) room.seats.set(user, fresh_my('member'));
  const story: Story = { live: [], heads: [[]] };
  const said: number[] = [];
  for (const { what, who, which, emoji, withheld } of happenings) {
    const [seq, at, target] = [room.log.length + 1, room.log.length, said[which % said.length] ?? 0];
    let made: Entry | undefined;
    try {
      if (what === 'say') {
        const message = { conversation: '7', seq, client_id: `c${seq}`, sender: who, text: `t${seq}`, at };
        made = room.push(who, at, { kind: 'message', message }, withheld && who !== alice ? alice : undefined);
        said.push(seq);
      } else if (what === 'thread' || what === 'patched') {
        const part = what === 'thread' ? 'thread' : 'poll';
        made = room.act(who, at, { kind: 'patched', target, part, ...(which % 3 > 0 && { value: { replies: which } }) });
      } else {
        made = room.act(who, at, { kind: what, target, emoji, text: `e${seq}` });
      }
    } catch {
      continue; // Refused: nobody edits what is gone.
    }
    if (made === undefined) continue;
    story.live.push(room.tell(made, alice));
    story.heads.push(room.for(alice));
  }
  return story;
}

const cut = ({ heads }: Story, { from, length, read_at }: { from: number; length: number; read_at: number }): Entry[] => {
  const head = heads[read_at % heads.length] ?? [];
  const start = head.length === 0 ? 0 : from % head.length;
  return head.slice(start, start + length);
};

const message_of = (one: Entry | undefined): Message | undefined => (one?.kind === 'message' ? one.message : undefined);

/**
 * Holds in every run, whatever came in which order: each message is as it was after some entry, and none of the run's is
 * missing. Only that it was taken back may be known before the entry that did it.
 */
function check(log: Log, story: Story): void {
  for (const part of log.all()) {
    for (const one of part) {
      const message = message_of(one);
      if (message === undefined) continue;
      const about = part.filter((other) => is_mutation(other) && other.target === one.seq);
      expect(message.rev ?? 0).toBeGreaterThanOrEqual(last_of(about));
      const then = message_of(story.heads[message.rev ?? one.seq]?.[one.seq - 1]);
      if (message.deleted && !then?.deleted) {
        const { conversation, seq, client_id, sender, at, thread } = then as Message;
        expect(message_of(story.heads.at(-1)?.[seq - 1])?.deleted).toBe(true);
        expect(message).toEqual({
          conversation,
          seq,
          client_id,
          sender,
          at,
          text: '',
          deleted: true,
          rev: message.rev,
          ...(thread && { thread }),
        });
      } else expect(message).toEqual(then);
    }
  }
}

describe('messages of a run', () => {
  test('are what the server had, with everything folded in that the run tells', () => {
    fc.assert(
      fc.property(stories, ({ happenings, pages }) => {
        const story = play(happenings);
        const log = log_of_alice();
        for (const one of pages) {
          log.insert(cut(story, one));
          check(log, story);
        }
        log.insert(story.live);
        expect(log.all().flat()).toEqual(story.heads.at(-1));
      }),
      { numRuns: 300 },
    );
  });

  test('do not depend on the order in which pages and live entries came, nor on how often', () => {
    fc.assert(
      fc.property(stories, fc.boolean(), ({ happenings, pages, seed }, whole) => {
        const story = play(happenings);
        const parts = [...pages.map((one) => cut(story, one)), ...(whole ? story.live.map((one) => [one]) : [])];
        const order = (salt: number) => [...parts.keys()].sort((a, b) => ((a * 31 + salt) % 17) - ((b * 31 + salt) % 17));
        const [one, other] = [log_of_alice(), log_of_alice()];
        for (const i of parts.keys()) one.insert(parts[i] ?? []);
        for (const i of [...order(Math.abs(seed)), ...order(3)]) other.insert(parts[i] ?? []);
        expect(other.all()).toEqual(one.all());
        if (whole) expect(one.all().flat()).toEqual(story.heads.at(-1));
      }),
      { numRuns: 300 },
    );
  });

  test('end the same when a hole was filled with messages as they are now, for all alike', () => {
    fc.assert(
      fc.property(stories, fc.nat(), ({ happenings }, at) => {
        const story = play(happenings);
        const last = story.heads.at(-1) ?? [];
        const known = at % (last.length + 1);
        const log = log_of_alice();
        log.insert(story.heads[known] ?? []);
        const shared = last.slice(known).map((one) => {
          const message = message_of(one);
          if (message === undefined) return one;
          const { reactions: _, rev: __, ...rest } = message;
          return { ...one, message: rest } as Entry;
        });
        log.insert(shared);
        const order = (entries: readonly Entry[]) =>
          entries.map((one) => {
            const message = message_of(one);
            return message === undefined ? one : { ...message, edited_at: undefined };
          });
        expect(order(log.all().flat())).toEqual(order(last));
      }),
      { numRuns: 300 },
    );
  });

  test('keep their objects when nothing happened to them', () => {
    const { live } = play([
      { what: 'say', who: alice, which: 0, emoji: '👍', withheld: false },
      { what: 'say', who: bob, which: 0, emoji: '👍', withheld: false },
      { what: 'reacted', who: alice, which: 0, emoji: '👍', withheld: false },
    ]);
    const log = log_of_alice();
    log.insert(live.slice(0, 2));
    const before = [log.get(1), log.get(2)];
    expect(log.insert(live)).toBe(true);
    expect(log.get(1)).not.toBe(before[0]);
    expect(message_of(log.get(1))?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    expect(log.get(2)).toBe(before[1]);
    const after = log.get(1);
    expect(log.insert(structuredClone(live))).toBe(false);
    expect(log.get(1)).toBe(after);
  });
});

test('places are counted in rows, and take along what is no row', () => {
  const like = (seq: number): Entry => ({ conversation: '7', seq, kind: 'reacted', target: 1, emoji: '👍', actor: bob, at: seq });
  // Rows at 10, 13, 14; reactions between and around.
  const all = Array.from({ length: 9 }, (_, i) => ([10, 13, 14].includes(i + 8) ? entry(i + 8) : like(i + 8)));
  expect([back(all, 16, 1), back(all, 16, 2), back(all, 16, 3), back(all, 16, 9)]).toEqual([14, 11, 8, 8]);
  expect([ahead(all, 8, 1), ahead(all, 8, 2), ahead(all, 8, 3)]).toEqual([12, 13, 16]);
  expect([end_of(all, 1, 99), end_of(all, 3, 99), end_of(all, 3, 4)]).toEqual([3, 7, 4]);
});
