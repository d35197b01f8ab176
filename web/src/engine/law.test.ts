/**
 * The law: whatever happens, in whatever order it arrives, a client that was there all the time ends up with exactly what
 * a fresh client is told. Random people do random things while one browser with up to three
 * tabs loses its network, crashes, hides and comes back.
 */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { Engine, Me, Timeline } from './index';
import { enter, home, resume, texts } from './testing/people';
import type { Tab } from './testing/world';

interface Seen {
  tab: Tab;
  engine: Engine;
  timeline: Timeline;
}

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)] as T;

async function story(seed: number): Promise<void> {
  const { world, server, alice, bob, lunch, browser, tab } = home(seed, 60);
  const { random } = world;
  const [carol, dave] = [server.person('Carol'), server.person('Dave')];
  const rooms = [lunch, server.group('Dinner', bob, alice, carol), server.group('Tea', carol, bob)];
  const watch = (engine: Engine, where: Tab): Seen => ({ engine, tab: where, timeline: engine.open_timeline(lunch) });
  let seen = [watch(await enter(tab, alice), tab)];
  const written: string[] = [];
  const others: readonly Me[] = [bob, carol];

  const send = async () => {
    const text = `a${written.length}`;
    written.push(text);
    await pick(seen, random).engine.send(lunch, text);
  };
  const act: (() => void | Promise<void>)[] = [
    () => {
      const room = pick(rooms, random);
      const who = pick(others, random);
      if (server.rooms.get(room)?.seats.has(who.id)) server.say(room, who, `t${random()}`);
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
  ];

  for (let i = 0; i < 60; i += 1) {
    const what = random() < 0.35 ? act[0] : random() < 0.2 ? send : pick(act, random);
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
    expect(shown.map((view) => ({ ...view, display_title: undefined, pending: undefined }))).toEqual(
      fresh.map((one) => ({ ...one, display_title: undefined, pending: undefined })),
    );
    expect(engine.unread_total.get()).toBe(fresh.reduce((sum, one) => sum + one.unread, 0));
    await world.settled(timeline.jump_to_latest());
    const log = server.entries(lunch).slice(-timeline.snapshot().rows.length);
    expect(texts(timeline)).toEqual(log.map((entry) => (entry.kind === 'message' ? entry.message.text : entry.kind)));
  }
}

const first = Number(process.env.LAW_SEED ?? 1);
const count = Number(process.env.LAW_RUNS ?? 40);

test.each(Array.from({ length: count }, (_, i) => first + i))('old snapshot + events == fresh snapshot (seed %i)', story, 20_000);
