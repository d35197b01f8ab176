/**
 * The law: whatever happens, in whatever order it arrives, a client that was there all the time ends up with exactly what
 * a fresh client is told. Random people do random things while one browser with up to three
 * tabs loses its network, crashes, hides and comes back.
 */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { ConversationView, Engine, Entry, Me, Timeline } from './index';
import type { Item } from './outbox/items';
import { enter, home, resume } from './testing/people';
import { Refusal } from './testing/refusal';
import type { Act } from './testing/room';
import type { Tab } from './testing/world';

interface Seen {
  tab: Tab;
  engine: Engine;
  timeline: Timeline;
}

/** What the rows show: all of each message, not only its text. */
function on_screen(timeline: Timeline): unknown[] {
  return timeline.snapshot().rows.map((row) => (row.type === 'pending' ? row.pending : told(row.entry)));
}

function on_the_wire({
  display_title: _,
  pending: __,
  marked_unread: ___,
  muted: ____,
  draft: _____,
  ...told
}: ConversationView) {
  return told;
}

const debug = async (engine: Engine) => (await engine.debug()) as { outbox: Item[]; pending: unknown[]; changes: unknown[] };

const told = (entry: Entry): unknown => (entry.kind === 'message' ? entry.message : entry.kind);

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)] as T;

async function story(seed: number): Promise<void> {
  const { world, server, alice, bob, lunch, browser, tab } = home(seed, 60);
  const { random } = world;
  const [carol, dave] = [server.person('Carol'), server.person('Dave')];
  const rooms = [lunch, server.group('Dinner', bob, alice, carol), server.group('Tea', carol, bob)];
  // Every other story happens in a conversation with a past, so that its log has holes.
  if (seed % 2 === 0) for (let i = 0; i < 400; i += 1) server.say(lunch, bob, `before ${i}`);
  const watch = (engine: Engine, where: Tab): Seen => ({ engine, tab: where, timeline: engine.open_timeline(lunch) });
  let seen = [watch(await enter(tab, alice), tab)];
  const written: string[] = [];
  const others: readonly Me[] = [bob, carol];

  const send = async () => {
    const text = `a${written.length}`;
    written.push(text);
    await pick(seen, random).engine.send(lunch, text);
  };
  /** Somebody, Alice on another device too, changes a message; refusals are the server's business. */
  const change = () => {
    const room = pick(rooms, random);
    const said = server.entries(room).filter((entry) => entry.kind === 'message');
    const who = pick([alice, ...others], random);
    const { seq: target } = pick(random() < 0.7 ? said.slice(-5) : said, random) ?? { seq: 0 };
    const what: Act = pick<Act>(
      [
        { kind: 'edited', target, text: `e${random()}` },
        { kind: 'deleted', target },
        { kind: 'reacted', target, emoji: pick(['👍', '🎉'], random) },
        { kind: 'reacted', target, emoji: '👍' },
        { kind: 'unreacted', target, emoji: '👍' },
        { kind: pick(['pinned', 'unpinned'] as const, random), target },
        { kind: 'patched', target, part: 'thread', value: { conversation: '5', replies: random(), last_at: 1 } },
        { kind: 'patched', target, part: 'poll', ...(random() < 0.7 && { value: { votes: random() } }) },
      ],
      random,
    );
    try {
      server.act(room, who, what);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  };
  const act: (() => void | Promise<void>)[] = [
    () => {
      const room = pick(rooms, random);
      const who = pick(others, random);
      const extra = pick([{}, {}, {}, { withheld_from: alice.id }, { mentions: [alice.id] }], random);
      if (server.rooms.get(room)?.seats.has(who.id)) server.say(room, who, `t${random()}`, extra);
    },
    change,
    () => {
      for (let i = 0; i < 40; i += 1)
        if (random() < 0.5) server.say(lunch, bob, `many ${i}`);
        else change();
    },
    () => {
      const room = pick(rooms, random);
      if (!server.rooms.get(room)?.seats.has(alice.id)) server.add(room, bob, alice);
      else if (room !== lunch) server.remove(room, bob, alice);
    },
    () => {
      const room = pick(rooms, random);
      if (!server.rooms.get(room)?.seats.has(dave.id)) server.add(room, bob, dave);
      else server.remove(room, random() < 0.5 ? bob : dave, dave);
    },
    () => server.promote(pick(rooms, random), bob, alice, pick(['admin', 'member'] as const, random)),
    () => server.rename(pick(rooms, random), bob, `title ${random()}`),
    () => {
      rooms.push(server.group(`G${rooms.length}`, bob, alice));
    },
    send,
    async () => {
      const { engine } = pick(seen, random);
      const said = server.entries(lunch).filter((entry) => entry.kind === 'message');
      const { seq, actor } = pick(said.slice(-8), random) ?? { seq: 0, actor: '' };
      if (seq === 0) return;
      if (actor === alice.id && random() < 0.3) await engine.edit(lunch, seq, `own ${random()}`);
      else if (actor === alice.id && random() < 0.2) await engine.delete_message(lunch, seq);
      else if (random() < 0.7) await engine.react(lunch, seq, '👍', random() < 0.6);
      else await engine.pin(lunch, seq, random() < 0.6);
    },
    () => {
      const [notify, archived] = [pick(['all', 'nothing'] as const, random), random() < 0.5];
      return pick(seen, random).engine.set_my(lunch, pick([{ notify }, { archived }, { favourite: archived }], random));
    },
    () => void server.set_my(lunch, alice.id, { archived: random() < 0.5 }),
    () => pick(seen, random).engine.mark_read(lunch, Math.ceil(random() * server.entries(lunch).length)),
    () => {
      server.read(lunch, alice.id, Math.ceil(random() * server.entries(lunch).length));
    },
    () => (browser.online ? browser.cut() : browser.mend()),
    () => server.expire(alice),
    () => {
      const [link] = [...server.links];
      link?.bye(pick(['slow', 'draining', 'expired'] as const, random));
    },
    async () => {
      if (seen.length >= 3) return;
      const { tab: next, engine } = await resume(browser, { visible: random() < 0.5 });
      seen.push(watch(engine, next));
    },
    () => {
      if (seen.length === 1) return;
      const victim = pick(seen, random);
      victim.tab.crash();
      seen = seen.filter((other) => other !== victim);
    },
    () => pick(seen, random).tab.show(random() < 0.5),
    () => void pick(seen, random).timeline.page_before(),
    () => void pick(seen, random).timeline.jump_to(Math.ceil(random() * server.entries(lunch).length)),
  ];

  for (let i = 0; i < 60; i += 1) {
    const what = random() < 0.3 ? act[0] : random() < 0.4 ? change : random() < 0.2 ? send : pick(act, random);
    await what?.();
    await world.clock.advance(Math.floor(random() * 120));
  }
  if (!browser.online) browser.mend();
  await Promise.all(
    seen.map(({ timeline }) => timeline.jump_to_latest().catch(() => undefined)).map((one) => world.settled(one)),
  );
  const stored = () => server.entries(lunch).filter((entry) => entry.kind === 'message' && entry.actor === alice.id).length;
  await world.until(() => stored() === written.length, 'everything written to be stored');
  await world.until(() => seen.every(({ engine }) => engine.connection.get().state === 'online'), 'all tabs to be online');
  await world.clock.advance(5_000);

  // Exactly once, in the order of writing per tab is not promised across tabs, but none is lost or doubled.
  const mine = server
    .entries(lunch)
    .flatMap((entry) => (entry.kind === 'message' && entry.actor === alice.id ? [entry.message.text] : []));
  expect([...mine].sort()).toEqual([...written].sort());
  for (const { engine, timeline } of seen) {
    const fresh = server.list(alice.id);
    const shown = engine.conversations.get().map((id) => engine.conversation(id).get());
    expect(shown.map((view) => view?.id)).toEqual(fresh.map((one) => one.id));
    expect(shown.map((view) => view && on_the_wire(view))).toEqual(fresh);
    const calling = fresh.filter(({ my }) => !my.archived && my.notify !== 'nothing');
    expect(engine.unread_total.get()).toBe(calling.reduce((sum, one) => sum + one.unread, 0));
    expect(await debug(engine)).toMatchObject({ outbox: [], pending: [], changes: [] });
    await world.settled(timeline.jump_to_latest());
    const read = lines(server.rooms.get(lunch)?.for(alice.id) ?? []);
    expect(on_screen(timeline)).toEqual(read.slice(-timeline.snapshot().rows.length).map(told));
    await looking_back(timeline, read);
  }

  /** Anywhere else in the log, too: at the latest once the window has been read again. */
  async function looking_back(timeline: Timeline, read: readonly Entry[]): Promise<void> {
    const { seq } = pick(read, random);
    await world.settled(timeline.jump_to(seq));
    await world.clock.advance(2_000);
    const [top] = timeline.snapshot().rows;
    const from = read.findIndex((entry) => top?.type === 'entry' && entry.seq === top.entry.seq);
    expect(on_screen(timeline)).toEqual(read.slice(from, from + timeline.snapshot().rows.length).map(told));
  }
}

const lines = (entries: readonly Entry[]) => entries.filter((entry) => !('target' in entry) && entry.kind !== 'withheld');

const first = Number(process.env.LAW_SEED ?? 1);
const count = Number(process.env.LAW_RUNS ?? 40);

test.each(Array.from({ length: count }, (_, i) => first + i))('old snapshot + events == fresh snapshot (seed %i)', story, 20_000);
