import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { bounds, enter, home, texts } from '../testing/people';
import { page_rows, window_rows } from './timeline';

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
