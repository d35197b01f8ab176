import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { enter, home, resume } from '../testing/people';

interface Saved {
  places: number[];
}

async function with_saved() {
  const all = home();
  all.server.touch(all.alice, 'saved', { places: [1] });
  const engine = await enter(all.tab, all.alice);
  const asked = () => all.server.requests.filter((one) => one === 'GET /me/saved').length;
  return { ...all, engine, asked, saved: engine.document<Saved>('saved') };
}

test('a document is asked for when somebody looks, once, and again when it has changed', async () => {
  const { world, server, alice, engine, asked, saved } = await with_saved();
  expect(asked()).toBe(0);
  let told = 0;
  saved.subscribe(() => {
    told += 1;
  });
  expect(saved.get()).toBeUndefined();
  await world.until(() => saved.get()?.places.length === 1);
  expect(engine.document<Saved>('saved').get()).toBe(saved.get());
  server.touch(alice, 'saved', { places: [1, 2] });
  await world.until(() => saved.get()?.places.length === 2);
  expect([asked(), told]).toEqual([2, 2]);
  server.touch(alice, 'other', {});
  await world.clock.advance(1_000);
  expect(asked()).toBe(2);
});

test('what one device has looked at is there at the next start, and fetched only if it changed', async () => {
  const { world, server, alice, browser, tab, asked, saved } = await with_saved();
  saved.get();
  await world.until(() => saved.get() !== undefined);
  await world.clock.advance(2_000);
  tab.crash();
  browser.online = false;
  const { engine: again, tab: second } = await resume(browser);
  expect(again.document<Saved>('saved').get()).toEqual({ places: [1] });
  browser.mend();
  await world.until(() => again.connection.get().state === 'online');
  expect(asked()).toBe(1);
  await world.clock.advance(2_000);
  second.crash();
  server.touch(alice, 'saved', { places: [] });
  const { engine: third } = await resume(browser);
  // Nobody looks, but somebody has.
  await world.until(() => asked() === 2);
  expect(third.document<Saved>('saved').get()).toEqual({ places: [] });
});

test('tabs share what one of them has asked for, and the leader keeps it fresh', async () => {
  const { world, server, alice, browser, engine, asked } = await with_saved();
  const { engine: second } = await resume(browser);
  await world.until(() => second.connection.get().state === 'online');
  second.document<Saved>('saved').get();
  await world.until(() => second.document<Saved>('saved').get() !== undefined);
  await world.clock.advance(100);
  expect(engine.document<Saved>('saved').get()).toEqual({ places: [1] });
  server.touch(alice, 'saved', { places: [] });
  await world.until(() => second.document<Saved>('saved').get()?.places.length === 0);
  const { engine: third } = await resume(browser);
  await world.until(() => third.connection.get().state === 'online');
  expect(third.document<Saved>('saved').get()).toEqual({ places: [] });
  await world.clock.advance(60_000);
  expect(asked()).toBe(2);
});

test('a change while it is being fetched is fetched too', async () => {
  const all = home(5, 300);
  all.server.touch(all.alice, 'saved', { places: [1] });
  const engine = await enter(all.tab, all.alice);
  const saved = engine.document<Saved>('saved');
  saved.get();
  for (const places of [[2], [3], [4]]) {
    await all.world.clock.advance(150);
    all.server.touch(all.alice, 'saved', { places });
  }
  await all.world.until(() => saved.get()?.places[0] === 4);
});

test('offline it is asked for later; one that the server does not know is not asked for again', async () => {
  const { world, engine, browser, saved, server } = await with_saved();
  browser.cut();
  saved.get();
  await world.clock.advance(10_000);
  browser.mend();
  await world.until(() => saved.get()?.places.length === 1);
  const unknown = engine.document('nonsense');
  expect(unknown.get()).toBeUndefined();
  await world.clock.advance(120_000);
  expect(server.requests.filter((one) => one === 'GET /me/nonsense').length).toBe(1);
});

test("a feature's own calls fail with the words of the server", async () => {
  const { world, engine } = await with_saved();
  await expect(world.settled(engine.call('GET', '/me/nonsense'))).rejects.toMatchObject({ code: 'not_found' });
  expect(await world.settled(engine.call<Saved>('GET', '/me/saved'))).toEqual({ places: [1] });
});

test('what calls everybody changes nobody’s version: who hears of it, now or later, asks all the same', async () => {
  const { world, server, alice, bob, lunch, browser, tab } = home();
  server.touch(alice, 'notices', { unread: 0 });
  const engine = await enter(tab, alice);
  const notices = engine.document<{ unread: number }>('notices');
  notices.get();
  await world.until(() => notices.get() !== undefined);
  const asked = () => server.requests.filter((one) => one === 'GET /me/notices').length;
  server.say(lunch, bob, 'nobody in particular');
  await world.clock.advance(5_000);
  expect(asked()).toBe(1);
  server.say(lunch, bob, 'all of you', { mentions: ['all'] });
  await world.clock.advance(5_000);
  expect(asked()).toBe(2);
  server.say(lunch, alice, 'I as well', { mentions: ['all'] });
  await world.clock.advance(5_000);
  expect(asked()).toBe(2);
  browser.cut();
  await world.clock.advance(1_000);
  server.say(lunch, bob, 'and again', { mentions: ['all'] });
  browser.mend();
  await world.until(() => asked() === 3);
});
