import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { bounds, enter, home, message, texts } from '../testing/people';
import { page_rows, window_rows } from './span';

async function long(count: number) {
  const all = home();
  for (let i = 2; i <= count; i += 1) all.server.say(all.lunch, all.bob, `m${i}`);
  all.server.read(all.lunch, all.alice.id, count);
  const engine = await enter(all.tab, all.alice);
  const timeline = engine.open_timeline(all.lunch);
  await all.world.until(() => timeline.snapshot().rows.length > 0);
  return { ...all, engine, timeline };
}

test('opens at the bottom with one page, and pages back without ever holding more than the limit', async () => {
  const { timeline } = await long(400);
  expect(bounds(timeline)).toEqual([351, 400]);
  expect(timeline.snapshot()).toMatchObject({ has_before: true, has_after: false });
  for (let i = 0; i < 4; i += 1) await timeline.page_before();
  expect(timeline.snapshot().rows.length).toBe(window_rows);
  expect(bounds(timeline)).toEqual([151, 300]);
  expect(timeline.snapshot().has_after).toBe(true);
  while (timeline.snapshot().has_before) await timeline.page_before();
  expect(bounds(timeline)).toEqual([1, 150]);
  while (timeline.snapshot().has_after) await timeline.page_after();
  expect(bounds(timeline)).toEqual([251, 400]);
});

test('what is in memory is there at once, without a moment of loading', async () => {
  const { engine, timeline, lunch } = await long(400);
  timeline.close();
  const again = engine.open_timeline(lunch);
  expect(bounds(again)).toEqual([351, 400]);
  expect(again.snapshot().loading).toBe('none');
});

test('a second page asked for while the first is under way is the same one', async () => {
  const { timeline, server } = await long(400);
  server.requests = [];
  await Promise.all([timeline.page_before(), timeline.page_before(), timeline.page_before()]);
  expect(server.requests.length).toBe(1);
  expect(bounds(timeline)[0]).toBe(351 - page_rows);
});

test('opens at the first unread and remembers where that was', async () => {
  const { world, server, bob, lunch, engine, timeline } = await long(200);
  timeline.close();
  for (let i = 0; i < 120; i += 1) server.say(lunch, bob, `n${i}`);
  await world.until(() => engine.unread_total.get() === 120);
  const again = engine.open_timeline(lunch);
  await world.until(() => again.snapshot().rows.length > 0);
  expect(again.opened_at_read_seq).toBe(200);
  const [from, to] = bounds(again);
  expect(from).toBeLessThanOrEqual(200);
  expect(to).toBeGreaterThan(201);
  expect(again.snapshot().has_after).toBe(true);
});

test('a link to an old message opens around it; the present is one step away', async () => {
  const { engine, world, lunch, timeline, server } = await long(400);
  const old = engine.open_timeline(lunch, { seq: 90 });
  await world.until(() => old.snapshot().rows.length > 0);
  const [from, to] = bounds(old);
  expect(from).toBeLessThan(90);
  expect(to).toBeGreaterThan(90);
  // New messages do not disturb somebody who reads far above.
  server.say(lunch, server.users.get('1002') as never, 'now');
  await world.until(() => texts(timeline).at(-1) === 'now');
  expect(bounds(old)).toEqual([from, to]);
  await old.jump_to_latest();
  expect(texts(old).at(-1)).toBe('now');
  await old.jump_to(90);
  expect(bounds(old)[0]).toBeLessThan(90);
});

test('a link to an old message stays there, though the present is only a few pages away', async () => {
  const { world, server, alice, lunch, bob } = await long(300);
  const engine = await enter(world.browser().tab(), alice);
  const timeline = engine.open_timeline(lunch, { seq: 20 });
  await world.until(() => timeline.snapshot().rows.length > 0);
  const there = bounds(timeline);
  server.say(lunch, bob, 'now');
  await world.clock.advance(5_000);
  expect(bounds(timeline)).toEqual(there);
  expect(timeline.snapshot().has_after).toBe(true);
  while (timeline.snapshot().has_after) await timeline.page_after();
  expect(texts(timeline).at(-1)).toBe('now');
  server.say(lunch, bob, 'and on');
  await world.until(() => texts(timeline).at(-1) === 'and on');
});

test('at the bottom new rows push old ones out; scrolled up the window stops growing at its limit', async () => {
  const { timeline, world, server, lunch, bob } = await long(400);
  timeline.follow(true);
  for (let i = 0; i < 130; i += 1) server.say(lunch, bob, `n${i}`);
  await world.until(() => bounds(timeline)[1] === 530);
  expect(timeline.snapshot().rows.length).toBe(window_rows);
  timeline.follow(false);
  const before = bounds(timeline);
  for (let i = 0; i < 5; i += 1) server.say(lunch, bob, `late${i}`);
  await world.clock.advance(1_000);
  expect(bounds(timeline)).toEqual(before);
  expect(timeline.snapshot().has_after).toBe(true);
});

test.each([3, 300, 3_000])('after %i messages missed the bottom is the bottom again', async (missed) => {
  const { timeline, world, server, browser, lunch, bob } = await long(60);
  browser.cut();
  for (let i = 0; i < missed; i += 1) server.say(lunch, bob, `x${i}`);
  browser.mend();
  await world.until(() => texts(timeline).at(-1) === `x${missed - 1}`);
  const [from, to] = bounds(timeline);
  expect(to - from + 1).toBe(timeline.snapshot().rows.length);
});

test.each(['come late', 'never come', 'cannot be fetched at first'])(
  'an own message overtaken by its ok stays on screen while the entries before it %s',
  async (how) => {
    const { timeline, world, server, lunch, bob, engine } = await long(60);
    const [link] = [...server.links];
    const tell = link?.tell ?? (() => {});
    const held: Parameters<typeof tell>[0][] = [];
    Object.assign(link ?? {}, {
      tell: (frame: Parameters<typeof tell>[0]) => (frame.op === 'entry' ? held.push(frame) : tell(frame)),
    });
    server.say(lunch, bob, 'between');
    server.say(lunch, bob, 'them');
    let gone = false;
    await engine.send(lunch, 'mine');
    timeline.subscribe(() => {
      gone ||= !texts(timeline).some((text) => text.endsWith('mine'));
    });
    await world.clock.advance(100);
    if (how === 'come late') {
      server.requests = [];
      for (const frame of held) tell(frame);
    }
    await world.until(() => texts(timeline).at(-1) === 'mine');
    expect(texts(timeline).slice(-3)).toEqual(['between', 'them', 'mine']);
    expect(gone).toBe(false);
    if (how === 'come late') expect(server.requests).toEqual([]);
    expect(timeline.snapshot().has_after).toBe(false);
  },
);

test('a page that fails says so and can be asked for again', async () => {
  const { timeline, browser } = await long(400);
  browser.online = false;
  await timeline.page_before();
  expect(timeline.snapshot()).toMatchObject({ loading: 'none', error: expect.any(String), has_before: true });
  browser.online = true;
  await timeline.page_before();
  expect(timeline.snapshot().error).toBeUndefined();
  expect(bounds(timeline)[0]).toBe(301);
});

describe('what is no row', () => {
  test('takes no room in the window, however much of it there is', async () => {
    const { timeline, world, server, lunch, alice, bob, engine } = await long(100);
    for (let i = 0; i < 400; i += 1) {
      server.act(lunch, bob, { kind: i % 2 === 0 ? 'reacted' : 'unreacted', target: 100, emoji: '👍' });
    }
    server.act(lunch, bob, { kind: 'reacted', target: 100, emoji: '👍' });
    await world.until(() => engine.conversation(lunch).get()?.head_seq === 501);
    expect(bounds(timeline)).toEqual([51, 100]);
    expect(message(timeline, 100)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);
    expect(engine.conversation(lunch).get()).toMatchObject({ unread: 0, last_message: { seq: 100, rev: 501 } });
    timeline.close();
    const again = engine.open_timeline(lunch);
    await world.until(() => again.snapshot().rows.length >= 10);
    // A device that knows nothing yet gets a page of nothing but reactions first.
    const other = await enter(world.browser().tab(), alice);
    const fresh = other.open_timeline(lunch);
    await world.until(() => fresh.snapshot().rows.length >= 10);
    expect(message(fresh, 100)).toEqual(message(again, 100));
    while (fresh.snapshot().has_before) await fresh.page_before();
    expect(bounds(fresh)).toEqual([1, 100]);
  });

  test('makes no unread and moves no conversation up', async () => {
    const { world, server, bob, alice, lunch, engine } = await long(5);
    const dinner = server.group('Dinner', bob, alice);
    await world.until(() => engine.conversations.get()[0] === dinner);
    server.act(lunch, bob, { kind: 'pinned', target: 3 });
    server.say(lunch, bob, 'not for her', { withheld_from: alice.id });
    await world.until(() => engine.conversation(lunch).get()?.head_seq === 7);
    expect(engine.conversations.get()[0]).toBe(dinner);
    expect(engine.unread_total.get()).toBe(0);
  });
});

describe('a window that does not reach the present', () => {
  test('is shown at once as it was, and read again behind it', async () => {
    const { timeline, world, server, browser, lunch, bob, engine } = await long(400);
    await timeline.jump_to(90);
    browser.cut();
    server.act(lunch, bob, { kind: 'edited', target: 90, text: 'said differently' });
    for (let i = 0; i < 1_100; i += 1) server.say(lunch, bob, `x${i}`);
    browser.mend();
    await world.until(() => engine.connection.get().state === 'online');
    await timeline.jump_to_latest();
    await timeline.jump_to(90);
    const rows = timeline.snapshot().rows;
    expect(message(timeline, 90)?.text).toBe('m90');
    await world.until(() => message(timeline, 90)?.text === 'said differently');
    const changed = timeline.snapshot().rows.filter((row, i) => row !== rows[i]);
    expect(changed.map((row) => row.type === 'entry' && row.entry.seq)).toEqual([90]);
  });

  test('hears of edits while it is on screen, and asks for nothing when there are none', async () => {
    const { timeline, world, server, lunch, bob } = await long(400);
    await timeline.jump_to(90);
    // What is asked for on opening has been asked for.
    await world.clock.advance(1_000);
    server.requests = [];
    server.say(lunch, bob, 'new');
    server.act(lunch, bob, { kind: 'reacted', target: 390, emoji: '👍' });
    await world.clock.advance(10_000);
    expect(server.requests).toEqual([]);
    server.act(lunch, bob, { kind: 'deleted', target: 91 });
    await world.until(() => message(timeline, 91)?.deleted === true);
    expect(server.requests.length).toBe(1);
  });
});
