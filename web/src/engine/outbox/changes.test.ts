import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { Engine, ServerFrame, Refusal as Told } from '../index';
import { enter, home, message, resume, texts } from '../testing/people';
import { Refusal } from '../testing/refusal';
import type { Item } from './items';

/** Alice looks at Lunch, where Bob (2) and she (3) have said something. */
async function at_lunch() {
  const all = home();
  all.server.say(all.lunch, all.bob, 'from Bob');
  all.server.say(all.lunch, all.alice, 'from Alice');
  const engine = await enter(all.tab, all.alice);
  const timeline = engine.open_timeline(all.lunch);
  await all.world.until(() => timeline.snapshot().rows.length === 3);
  const refusals: Told[] = [];
  engine.on_refused((refusal) => refusals.push(refusal));
  return { ...all, engine, timeline, refusals, room: all.server.room(all.lunch, all.alice.id) };
}

const kept = async (engine: Engine) => ((await engine.debug()) as { outbox: Item[] }).outbox;
const overlaid = async (engine: Engine) => ((await engine.debug()) as { changes: Item[] }).changes;

describe('a change to a message', () => {
  test('is shown at once, and gives way to its entry without a flicker', async () => {
    const { world, engine, timeline, lunch, room, alice } = await at_lunch();
    const seen: unknown[] = [];
    timeline.subscribe(() => seen.push(message(timeline, 2)?.reactions?.[0]?.count, message(timeline, 3)?.text));
    const rows = timeline.snapshot().rows;
    await engine.react(lunch, 2, '👍', true);
    expect(message(timeline, 2)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    await engine.edit(lunch, 3, 'said better', [alice.id]);
    expect(message(timeline, 3)).toMatchObject({ text: 'said better', mentions: [alice.id] });
    expect(engine.conversation(lunch).get()?.last_message?.text).toBe('said better');
    await world.clock.advance(1_000);
    expect(room.message(3).text).toBe('said better');
    expect([...new Set(seen)].sort()).toEqual([1, 'from Alice', 'said better']);
    expect([message(timeline, 2), message(timeline, 3)]).toEqual([room.message(2, alice.id), room.message(3, alice.id)]);
    expect(timeline.snapshot().rows[0]).toBe(rows[0]);
    expect([await kept(engine), await overlaid(engine)]).toEqual([[], []]);
  });

  test('made offline survives the crash of its tab, and is sent in the order of doing, after what was written before', async () => {
    const { world, server, engine, lunch, browser, tab, room } = await at_lunch();
    await world.clock.advance(2_000);
    browser.cut();
    await engine.send(lunch, 'first');
    await engine.edit(lunch, 3, 'said better');
    await engine.pin(lunch, 2, true);
    await engine.react(lunch, 2, '🎉', true);
    await engine.delete_message(lunch, 3);
    tab.crash();
    const { engine: again } = await resume(browser);
    const timeline = again.open_timeline(lunch);
    await world.until(() => message(timeline, 3)?.deleted === true);
    expect(message(timeline, 2)).toMatchObject({ pinned: true, reactions: [{ emoji: '🎉', count: 1, mine: true }] });
    expect(room.log.length).toBe(3);
    browser.mend();
    await world.until(() => room.message(3).deleted === true);
    // What was edited and then deleted needs not be edited.
    expect(room.log.slice(3).map(({ kind }) => kind)).toEqual(['message', 'pinned', 'reacted', 'deleted']);
    expect(server.acts).toEqual(['pin', 'react', 'delete']);
    await world.until(() => texts(timeline).at(-1) === 'first');
    expect([await kept(again), await overlaid(again)]).toEqual([[], []]);
  });

  test('that lost its answer with the tab is asked for again and happens once', async () => {
    const { world, server, engine, lunch, browser, tab, room } = await at_lunch();
    server.mute = () => true;
    for (const link of server.links) Object.assign(link, { tell: () => {} });
    await engine.react(lunch, 2, '👍', true);
    await world.until(() => server.acts.length === 1);
    tab.crash();
    server.mute = undefined;
    const { engine: again } = await resume(browser);
    const timeline = again.open_timeline(lunch);
    await world.until(() => server.acts.length === 2);
    await world.clock.advance(1_000);
    expect(room.log.slice(3).map(({ kind }) => kind)).toEqual(['reacted']);
    expect(message(timeline, 2)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    expect([await kept(again), await overlaid(again)]).toEqual([[], []]);
  });

  test('and its opposite cancel each other while nothing was sent; the last edit stands for all', async () => {
    const { world, server, engine, lunch, browser, room, timeline } = await at_lunch();
    browser.cut();
    await world.clock.advance(100);
    for (const on of [true, false, true, false]) await engine.react(lunch, 2, '👍', on);
    for (const on of [true, false]) await engine.pin(lunch, 2, on);
    for (const text of ['a', 'b', 'c']) await engine.edit(lunch, 3, text);
    expect(message(timeline, 2)).toEqual(room.message(2));
    expect((await kept(engine)).length).toBe(1);
    browser.mend();
    await world.until(() => room.message(3).text === 'c');
    expect(server.acts).toEqual(['edit']);
  });

  test('that asks for what is so already is not sent', async () => {
    const { world, server, engine, lunch } = await at_lunch();
    await engine.edit(lunch, 3, 'from Alice');
    await engine.react(lunch, 2, '👍', false);
    await engine.pin(lunch, 2, false);
    await world.clock.advance(1_000);
    expect(server.acts).toEqual([]);
  });

  test('that is refused is shown no more, and all tabs are told why', async () => {
    const { world, server, engine, lunch, browser, timeline, refusals, room } = await at_lunch();
    const { engine: other } = await resume(browser);
    const told: Told[] = [];
    other.on_refused((refusal) => told.push(refusal));
    server.refusals = [new Refusal(403, 'forbidden', 'Too late.')];
    await engine.edit(lunch, 3, 'another history');
    expect(message(timeline, 3)?.text).toBe('another history');
    await world.until(() => told.length === 1);
    expect(message(timeline, 3)?.text).toBe('from Alice');
    const why = { conversation: lunch, kind: 'edited', seq: 3, text: 'another history', code: 'forbidden', detail: 'Too late.' };
    expect([refusals, told]).toEqual([[why], [why]]);
    expect(await kept(engine)).toEqual([]);
    // What comes after it is not held up.
    await engine.edit(lunch, 3, 'this one');
    await world.until(() => room.message(3).text === 'this one');
  });

  test('waits for an overloaded server', async () => {
    const { world, server, engine, lunch, room } = await at_lunch();
    server.refusals = [new Refusal(503, 'unavailable'), new Refusal(429, 'limited')];
    await engine.react(lunch, 2, '👍', true);
    await world.clock.advance(300);
    expect(server.acts).toEqual([]);
    await world.until(() => room.message(2, '').reactions?.length === 1);
  });

  test('made in a follower goes through the leader, and all tabs show it', async () => {
    const { world, server, engine, lunch, browser, timeline } = await at_lunch();
    const { engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    await second.react(lunch, 2, '👍', true);
    await world.until(() => message(timeline, 2)?.reactions?.length === 1);
    browser.cut();
    await world.clock.advance(100);
    await second.pin(lunch, 2, true);
    await world.until(() => message(timeline, 2)?.pinned === true);
    await engine.pin(lunch, 2, false);
    await world.until(() => message(timeline, 2)?.pinned !== true);
    const there = second.open_timeline(lunch);
    await world.until(() => message(there, 2)?.pinned !== true);
    browser.mend();
    await world.clock.advance(5_000);
    expect(server.acts).toEqual(['react']);
    expect(await overlaid(second)).toEqual([]);
  });

  test('to a message far from the present stays shown until the window was read again', async () => {
    const { world, server, lunch, alice, bob } = await at_lunch();
    for (let i = 0; i < 300; i += 1) server.say(lunch, bob, `x${i}`);
    const other = await enter(world.browser().tab(), alice);
    const old = other.open_timeline(lunch, { seq: 2 });
    await world.until(() => message(old, 2) !== undefined);
    const seen = new Set<boolean>();
    await other.pin(lunch, 2, true);
    old.subscribe(() => seen.add(message(old, 2)?.pinned === true));
    await world.clock.advance(5_000);
    expect([...seen]).toEqual([true]);
    expect(await overlaid(other)).toEqual([]);
  });
});

test('a pin that was undone by somebody before its answer came is not shown for ever', async () => {
  const { world, server, engine, lunch, bob, browser, timeline } = await at_lunch();
  await engine.pin(lunch, 2, true);
  await world.until(() => message(timeline, 2)?.pinned === true && server.acts.length === 1);
  browser.cut();
  await engine.pin(lunch, 2, false);
  await engine.pin(lunch, 3, true);
  // Done by another device meanwhile, and undone by Bob.
  server.act(lunch, engine.me.get(), { kind: 'pinned', target: 3 });
  server.act(lunch, bob, { kind: 'unpinned', target: 3 });
  browser.mend();
  await world.until(() => server.acts.length === 3);
  server.act(lunch, bob, { kind: 'unpinned', target: 3 });
  await world.clock.advance(3_000);
  expect([message(timeline, 3)?.pinned, await overlaid(engine)]).toEqual([undefined, []]);
});

describe('taking back what was just sent', () => {
  test('means that it is never sent, while it waits', async () => {
    const { world, server, engine, lunch, browser, timeline } = await at_lunch();
    browser.cut();
    await world.clock.advance(100);
    const id = await engine.send(lunch, 'oops');
    await engine.unsend(lunch, id);
    expect(texts(timeline)).toEqual(['created', 'from Bob', 'from Alice']);
    browser.mend();
    await world.clock.advance(5_000);
    expect([server.sends.includes(id), await kept(engine)]).toEqual([false, []]);
  });

  test('deletes it once it is stored', async () => {
    const { world, engine, lunch, timeline, room } = await at_lunch();
    const id = await engine.send(lunch, 'oops');
    await world.until(() => texts(timeline).at(-1) === 'oops');
    await engine.unsend(lunch, id);
    expect(message(timeline, 4)?.deleted).toBe(true);
    await world.until(() => room.message(4).deleted === true);
  });

  test.each(['is answered', 'is lost with the connection', 'is lost with the tab'])(
    'while it is on its way lets it arrive and deletes it, though the answer %s',
    async (fate) => {
      const { world, server, engine, lunch, browser, tab, room, timeline } = await at_lunch();
      const held: (() => void)[] = [];
      const tells = new Map([...server.links].map((link) => [link, link.tell]));
      for (const link of server.links) {
        const { tell } = link;
        Object.assign(link, { tell: (frame: ServerFrame) => held.push(() => tell(frame)) });
      }
      const id = await engine.send(lunch, 'oops');
      await world.until(() => server.sends.length === 3);
      await engine.unsend(lunch, id);
      expect(texts(timeline)).toEqual(['created', 'from Bob', 'from Alice']);
      if (fate === 'is answered') {
        for (const link of server.links) Object.assign(link, { tell: (frame: ServerFrame) => tells.get(link)?.(frame) });
        for (const go of held) go();
      } else if (fate === 'is lost with the tab') {
        tab.crash();
        await resume(browser);
      } else {
        browser.cut();
        browser.mend();
      }
      await world.until(() => room.log.length > 3 && room.message(4).deleted === true);
      await world.clock.advance(2_000);
      expect(server.sends.filter((one) => one === id)).toEqual([id]);
      expect(room.log.slice(3).map(({ kind }) => kind)).toEqual(['message', 'deleted']);
    },
  );

  test('of what was refused just forgets it', async () => {
    const { world, server, engine, lunch, timeline } = await at_lunch();
    server.refusals = [new Refusal(403, 'forbidden')];
    const id = await engine.send(lunch, 'oops');
    await world.until(() => texts(timeline).at(-1) === '(failed) oops');
    await engine.unsend(lunch, id);
    expect([texts(timeline).length, await kept(engine)]).toEqual([3, []]);
  });
});

describe('a deletion that is held back', () => {
  test('is shown at once, holds nothing else up, and leaves nothing behind when it is taken back', async () => {
    const { world, engine, lunch, room, timeline, alice } = await at_lunch();
    await engine.delete_message(lunch, 3, world.clock.now + 10_000);
    await engine.react(lunch, 2, '👍', true);
    await world.clock.advance(5_000);
    expect(message(timeline, 3)?.deleted).toBe(true);
    expect([room.message(3).text, room.message(2, alice.id).reactions?.length]).toEqual(['from Alice', 1]);
    expect(await engine.keep_message(lunch, 3)).toBe(true);
    await world.clock.advance(20_000);
    expect([message(timeline, 3)?.text, room.message(3).text]).toEqual(['from Alice', 'from Alice']);
    expect([await kept(engine), await overlaid(engine), await engine.keep_message(lunch, 3)]).toEqual([[], [], false]);
  });

  test('goes when its time has come, or earlier when it is asked for again', async () => {
    const { world, engine, lunch, room, alice, server } = await at_lunch();
    server.say(lunch, alice, 'another');
    await world.clock.advance(100);
    await engine.delete_message(lunch, 3, world.clock.now + 10_000);
    await engine.delete_message(lunch, 4, world.clock.now + 10_000);
    await engine.delete_message(lunch, 4);
    await world.clock.advance(9_000);
    expect([room.message(3).deleted, room.message(4).deleted]).toEqual([undefined, true]);
    await world.clock.advance(2_000);
    expect(room.message(3).deleted).toBe(true);
    expect(room.log.filter(({ kind }) => kind === 'deleted')).toHaveLength(2);
    expect(await kept(engine)).toEqual([]);
  });

  test('survives the crash of its tab, and a follower can take it back', async () => {
    const { world, engine, lunch, browser, tab, room, server, alice } = await at_lunch();
    server.say(lunch, alice, 'another');
    await world.clock.advance(100);
    await engine.delete_message(lunch, 4, world.clock.now + 10_000);
    await engine.delete_message(lunch, 3, world.clock.now + 10_000);
    tab.crash();
    const { engine: leader } = await resume(browser);
    const { engine: follower } = await resume(browser);
    await world.until(() => leader.connection.get().state === 'online');
    await world.clock.advance(500);
    expect(await follower.keep_message(lunch, 3)).toBe(true);
    await world.clock.advance(20_000);
    expect([room.message(4).deleted, room.message(3).deleted]).toEqual([true, undefined]);
  });
});
