import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { enter, home, leading, resume, texts } from '../testing/people';

test('one tab holds the connection; all see the same', async () => {
  const { world, server, alice, bob, lunch, browser, tab } = home();
  const first = await enter(tab, alice);
  const { engine: second } = await resume(browser);
  await world.until(() => second.connection.get().state === 'online');
  expect(server.links.size).toBe(1);
  expect([await leading(first), await leading(second)]).toEqual([true, false]);
  const timeline = second.open_timeline(lunch);
  server.say(lunch, bob, 'hello both');
  await world.until(() => texts(timeline).at(-1) === 'hello both' && first.unread_total.get() === 1);
  expect(second.unread_total.get()).toBe(1);
});

test('a message written in a follower goes through the leader, and both show it', async () => {
  const { world, server, alice, lunch, browser, tab } = home();
  const first = await enter(tab, alice);
  const { engine: second } = await resume(browser);
  await world.until(() => second.connection.get().state === 'online');
  const [one, two] = [first.open_timeline(lunch), second.open_timeline(lunch)];
  const client_id = await second.send(lunch, 'from the second');
  await world.until(() => texts(one).at(-1) === 'from the second' && texts(two).at(-1) === 'from the second');
  expect(server.sends).toEqual([client_id]);
  second.set_draft(lunch, 'half');
  await world.until(() => first.draft(lunch).get() === 'half');
});

test('when the leader dies the next tab takes over, with what was unsent', async () => {
  const { world, server, alice, lunch, browser, tab } = home();
  await enter(tab, alice);
  const { engine: second } = await resume(browser);
  await world.until(() => second.connection.get().state === 'online');
  browser.cut();
  await second.send(lunch, 'unsent');
  tab.crash();
  browser.mend();
  await world.until(() => server.sends.length === 1 && second.connection.get().state === 'online');
  expect(await leading(second)).toBe(true);
  expect(server.links.size).toBe(1);
});

test('a hidden leader makes room for the visible tab, past hidden ones that wait before it', async () => {
  const { world, server, alice, browser, tab } = home();
  const first = await enter(tab, alice);
  tab.show(false);
  const second = await resume(browser);
  await world.until(() => second.engine.connection.get().state === 'online');
  await world.clock.advance(100);
  expect(await Promise.all([leading(first), leading(second.engine)])).toEqual([false, true]);
  // The first waits in the queue before the third.
  second.tab.show(false);
  const third = await resume(browser);
  await world.clock.advance(200);
  expect(await Promise.all([leading(first), leading(second.engine), leading(third.engine)])).toEqual([false, false, true]);
  expect(server.links.size).toBe(1);
  third.tab.show(false);
  tab.show(true);
  await world.clock.advance(200);
  expect(await leading(first)).toBe(true);
});

test('two visible tabs do not take the lead from each other', async () => {
  const { world, alice, browser, tab } = home();
  const first = await enter(tab, alice);
  const { tab: other } = await resume(browser);
  other.show(false);
  other.show(true);
  await world.clock.advance(1_000);
  expect(await leading(first)).toBe(true);
});

test('tabs never spend one refresh token twice', async () => {
  const { world, server, alice, browser, tab } = home(3, 40);
  server.strict = true;
  const first = await enter(tab, alice);
  const engines = [
    first,
    ...(await Promise.all([resume(browser), resume(browser), resume(browser)])).map(({ engine }) => engine),
  ];
  await world.until(() => engines.every((engine) => engine.connection.get().state === 'online'));
  for (let i = 0; i < 5; i += 1) {
    server.expire(alice);
    const asked = engines.map((engine) => engine.members('0').catch((error: { code: string }) => error.code));
    const codes = await world.settled(Promise.all(asked));
    expect(codes).toEqual(engines.map(() => 'not_found'));
  }
  expect(server.refreshes).toBeLessThanOrEqual(12);
});

test('logging out in one tab signs out the others', async () => {
  const { world, alice, browser, tab } = home();
  const first = await enter(tab, alice);
  const { engine: second } = await resume(browser);
  await world.until(() => second.connection.get().state === 'online');
  const reasons: string[] = [];
  second.on_signed_out((reason) => reasons.push(reason));
  await first.logout();
  await world.until(() => reasons.length > 0);
  expect(reasons).toEqual(['logout']);
});
