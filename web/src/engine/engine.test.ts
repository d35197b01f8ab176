import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { createGate } from './index';
import { open_database } from './persist/idb';
import { type OwnSchema, own_name, own_version } from './persist/own';
import { enter, home, resume, texts } from './testing/people';
import { Refusal } from './testing/refusal';
import { turn } from './testing/world';

describe('a conversation', () => {
  test('what one writes reaches the log once, and its row keeps its key', async () => {
    const { world, server, alice, lunch, tab } = home();
    const engine = await enter(tab, alice);
    const timeline = engine.open_timeline(lunch);
    await world.until(() => timeline.snapshot().rows.length === 1);
    const keys = new Set<string>();
    timeline.subscribe(() => keys.add(timeline.snapshot().rows[1]?.key ?? ''));
    const client_id = await engine.send(lunch, 'Hello');
    expect(texts(timeline)).toEqual(['created', expect.stringContaining('Hello')]);
    await world.until(() => texts(timeline)[1] === 'Hello');
    keys.delete('');
    expect([...keys]).toEqual([client_id]);
    expect(server.entries(lunch).length).toBe(2);
  });

  test('what others write arrives, counts as unread, and reading it clears the count everywhere', async () => {
    const { world, server, alice, bob, lunch, tab } = home();
    const engine = await enter(tab, alice);
    const other = await enter(world.browser().tab(), alice);
    server.say(lunch, bob, 'one');
    const seq = server.say(lunch, bob, 'two');
    await world.until(() => engine.unread_total.get() === 2 && other.unread_total.get() === 2);
    engine.mark_read(lunch, seq - 1);
    expect(engine.unread_total.get()).toBe(1);
    engine.mark_read(lunch, seq);
    expect(engine.conversation(lunch).get()?.unread).toBe(0);
    await world.until(() => other.unread_total.get() === 0);
  });

  test('what was read offline is told when the network is back', async () => {
    const { world, server, alice, bob, lunch, browser, tab } = home();
    const engine = await enter(tab, alice);
    const seq = server.say(lunch, bob, 'read me');
    await world.until(() => engine.unread_total.get() === 1);
    browser.cut();
    engine.mark_read(lunch, seq);
    await world.clock.advance(5_000);
    expect(server.view(lunch, alice.id).unread).toBe(1);
    browser.mend();
    await world.until(() => server.view(lunch, alice.id).unread === 0);
  });

  test('a connection that dies silently just after the device went offline is noticed in seconds', async () => {
    const { world, alice, browser, tab } = home();
    const engine = await enter(tab, alice);
    tab.tell('offline');
    // What was under way still comes through.
    await world.clock.advance(1_000);
    browser.swallowing = true;
    await world.clock.advance(7_000);
    expect(engine.connection.get().state).not.toBe('online');
    browser.swallowing = false;
    browser.mend();
    await world.until(() => engine.connection.get().state === 'online');
  });

  test('someone added to a group sees it, someone removed loses it', async () => {
    const { world, server, alice, bob, tab } = home();
    const engine = await enter(tab, alice);
    const dinner = server.group('Dinner', bob);
    server.say(dinner, bob, 'early');
    server.add(dinner, bob, alice);
    await world.until(() => engine.conversation(dinner).get()?.display_title === 'Dinner');
    expect(engine.conversations.get()[0]).toBe(dinner);
    server.remove(dinner, bob, alice);
    await world.until(() => engine.conversation(dinner).get() === undefined);
    expect(engine.conversations.get()).not.toContain(dinner);
    server.add(dinner, bob, alice);
    await world.until(() => engine.conversation(dinner).get() !== undefined);
  });
});

describe('the outbox', () => {
  test('a message is shown at once, and on the device before anybody else hears of it', async () => {
    const { world, server, alice, lunch, browser, tab } = home();
    const [engine, other] = [await enter(tab, alice), await enter(browser.tab(), alice)];
    const [timeline, beside] = [engine.open_timeline(lunch), other.open_timeline(lunch)];
    await world.until(() => timeline.snapshot().rows.length === 1 && beside.snapshot().rows.length === 1);
    const open = await open_database<OwnSchema>(tab.env.indexed_db as IDBFactory, own_name(alice.id), own_version, () => {});
    // A long transaction of another tab keeps the row from being written.
    const slow = open.transaction('outbox', 'readwrite');
    let busy = true;
    const spin = async () => {
      while (busy) await slow.store.count();
    };
    const spinning = spin();
    const sent = engine.send(lunch, 'Careful');
    expect(texts(timeline)).toEqual(['created', '(queued) Careful']);
    await turn(20);
    expect([texts(timeline), texts(beside), server.sends]).toEqual([['created', '(queued) Careful'], ['created'], []]);
    busy = false;
    await spinning;
    await sent;
    await world.until(() => server.sends.length === 1 && texts(beside)[1] === 'Careful');
    open.close();
  });

  test('what cannot be written on the device is not shown any more, and the caller knows', async () => {
    const { world, server, alice, bob, lunch, tab } = home();
    const seq = server.say(lunch, bob, 'hello');
    const engine = await enter(tab, alice);
    const timeline = engine.open_timeline(lunch);
    await world.until(() => texts(timeline)[1] === 'hello');
    // The client gives way to a newer one that takes its database.
    const newer = await open_database(tab.env.indexed_db as IDBFactory, own_name(alice.id), own_version + 1, () => {});
    const before = texts(timeline);
    const sent = engine.send(lunch, 'Lost?');
    expect(texts(timeline)).toEqual([...before, '(queued) Lost?']);
    await expect(sent).rejects.toThrow();
    const liked = engine.react(lunch, seq, '👍', true);
    expect(engine.message(lunch, seq).get()?.reactions).toHaveLength(1);
    await expect(liked).rejects.toThrow();
    expect(texts(timeline)).toEqual(before);
    expect(engine.message(lunch, seq).get()?.reactions ?? []).toEqual([]);
    newer.close();
  });

  test('a message written offline goes out when the network is back, in order', async () => {
    const { world, server, alice, lunch, browser, tab } = home();
    const engine = await enter(tab, alice);
    browser.cut();
    await world.clock.advance(100);
    for (const text of ['a', 'b', 'c']) await engine.send(lunch, text);
    await world.clock.advance(60_000);
    expect(server.entries(lunch).length).toBe(1);
    browser.mend();
    await world.until(() => server.entries(lunch).length === 4);
    expect(
      server
        .entries(lunch)
        .slice(1)
        .map((entry) => entry.kind === 'message' && entry.message.text),
    ).toEqual(['a', 'b', 'c']);
  });

  test('a message survives the crash of its tab and is sent exactly once by the next', async () => {
    const { world, server, alice, lunch, browser, tab } = home();
    const engine = await enter(tab, alice);
    // The server takes it, but the answer and the entry never reach the tab.
    server.mute = () => true;
    for (const link of server.links) Object.assign(link, { tell: () => {} });
    const client_id = await engine.send(lunch, 'once');
    await world.until(() => server.sends.length === 1);
    tab.crash();
    server.mute = undefined;
    const { engine: again } = await resume(browser);
    const timeline = again.open_timeline(lunch);
    await world.until(() => texts(timeline).at(-1) === 'once');
    await world.clock.advance(5_000);
    expect(server.sends).toEqual([client_id]);
    expect(texts(timeline)).toEqual(['created', 'once']);
    expect(((await again.debug()) as { outbox: unknown[] }).outbox).toEqual([]);
  });

  test('an entry whose ok was lost is not sent again', async () => {
    const { world, server, alice, lunch, browser, tab } = home();
    const engine = await enter(tab, alice);
    server.mute = () => true;
    await engine.send(lunch, 'heard');
    await world.until(() => engine.conversation(lunch).get()?.last_message?.text === 'heard');
    expect(((await engine.debug()) as { outbox: unknown[]; pending: unknown[] }).outbox).toEqual([]);
    browser.cut();
    let asked = 0;
    server.mute = () => {
      asked += 1;
      return false;
    };
    browser.mend();
    await world.clock.advance(70_000);
    expect(asked).toBe(0);
  });

  test('a refused message stays, with the reason, until it is retried or deleted', async () => {
    const { world, server, alice, lunch, tab } = home();
    const engine = await enter(tab, alice);
    const timeline = engine.open_timeline(lunch);
    server.refusals = [new Refusal(403, 'forbidden', 'You may not.'), new Refusal(403, 'forbidden')];
    const first = await engine.send(lunch, 'first');
    await world.until(() => texts(timeline).at(-1) === '(failed) first');
    const second = await engine.send(lunch, 'second');
    await world.until(() => texts(timeline).at(-1) === '(failed) second');
    await engine.discard(first);
    await engine.retry(second);
    await world.until(() => texts(timeline).at(-1) === 'second');
    expect(texts(timeline)).toEqual(['created', 'second']);
  });

  test('an overloaded server is asked again, later and later', async () => {
    const { world, server, alice, lunch, tab } = home();
    const engine = await enter(tab, alice);
    server.refusals = [new Refusal(503, 'unavailable'), new Refusal(503, 'unavailable')];
    await engine.send(lunch, 'patience');
    await world.clock.advance(400);
    expect(server.sends.length).toBe(0);
    await world.until(() => server.sends.length === 1);
  });
});

describe('a start', () => {
  test('without network shows list, messages and drafts from the cache', async () => {
    const { world, server, alice, bob, lunch, browser, tab } = home();
    server.say(lunch, bob, 'kept');
    const engine = await enter(tab, alice);
    const timeline = engine.open_timeline(lunch);
    await world.until(() => texts(timeline).at(-1) === 'kept');
    engine.set_draft(lunch, 'half a sen');
    await world.clock.advance(1_500);
    tab.crash();
    browser.online = false;
    const { engine: again } = await resume(browser);
    expect(again.ready.get()).toBe(true);
    expect(again.conversation(lunch).get()).toMatchObject({ display_title: 'Lunch', draft: 'half a sen', unread: 1 });
    const shown = again.open_timeline(lunch);
    await world.until(() => texts(shown).at(-1) === 'kept');
    await world.until(() => again.connection.get().state === 'waiting');
  });

  test('logout leaves nothing, neither here nor for the next start', async () => {
    const { world, alice, lunch, browser, tab } = home();
    const engine = await enter(tab, alice);
    engine.set_draft(lunch, 'secret');
    await world.clock.advance(1_500);
    await engine.logout();
    const names = (await browser.databases.databases()).map((one) => one.name);
    expect(names).toEqual(['parlor-accounts']);
    expect(await createGate(browser.tab().env).resume()).toBeUndefined();
  });

  test('a session that ends while one signs out ended by that, and nothing of it is kept', async () => {
    const { world, server, alice, browser, tab } = home();
    // The server ends the sockets of a session before it answers.
    const fetch: typeof tab.env.fetch = async (url, request) => {
      if (!url.endsWith('/auth/logout')) return tab.env.fetch(url, request);
      const answer = await tab.env.fetch(url, request);
      server.revoke(alice);
      await world.clock.advance(1_000);
      return answer;
    };
    const engine = await world.settled(createGate({ ...tab.env, fetch }).login({ login: alice.username, password: 'x' }));
    await world.until(() => engine.connection.get().state === 'online');
    const reasons: string[] = [];
    engine.on_signed_out((reason) => reasons.push(reason));
    await engine.logout();
    expect(reasons).toEqual([]);
    expect((await browser.databases.databases()).map((one) => one.name)).toEqual(['parlor-accounts']);
    expect(await createGate(browser.tab().env).resume()).toBeUndefined();
  });

  test('a browser in which nobody has signed in asks nothing of the server', async () => {
    const { server, browser } = home();
    expect(await createGate(browser.tab().env).resume()).toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  test('where nothing can be kept, the cookie alone brings one back', async () => {
    const { world, alice, browser, tab } = home();
    const forgetful = { ...tab.env, indexed_db: undefined };
    const first = await world.settled(createGate(forgetful).login({ login: alice.username, password: 'x' }));
    first.stop();
    const again = await world.settled(createGate({ ...browser.tab().env, indexed_db: undefined }).resume());
    expect(again?.me.get().id).toBe(alice.id);
  });

  test('signing out offline clears the device at once, and ends the session when the network is back', async () => {
    const { world, server, alice, lunch, browser, tab } = home();
    const engine = await enter(tab, alice);
    engine.set_draft(lunch, 'secret');
    await world.clock.advance(1_500);
    browser.cut();
    await engine.logout();
    expect((await browser.databases.databases()).map((one) => one.name)).toEqual(['parlor-accounts']);
    const gate = createGate(browser.tab().env);
    expect(await gate.resume()).toBeUndefined();
    const logouts = () => server.requests.filter((one) => one === 'POST /auth/logout').length;
    expect(logouts()).toBe(0);
    browser.mend();
    await world.until(() => logouts() === 1);
    await turn(20);
    browser.mend();
    await world.clock.advance(1_000);
    expect(logouts()).toBe(1);
    expect(browser.cookie).toBe('');
  });

  test('a sign-out that is still owed ends the old session, never the new one', async () => {
    const { world, server, alice, bob, browser, tab } = home();
    const engine = await enter(tab, alice);
    browser.cut();
    await engine.logout();
    browser.online = true; // Without a word: nothing but the sign-in itself can tell it.
    const again = await enter(browser.tab(), bob);
    expect(again.me.get().id).toBe(bob.id);
    expect(server.requests.filter((one) => /logout|login/.test(one))).toEqual([
      'POST /auth/login',
      'POST /auth/logout',
      'POST /auth/login',
    ]);
    browser.mend();
    await world.clock.advance(1_000);
    expect(server.requests.filter((one) => one === 'POST /auth/logout')).toHaveLength(1);
  });

  test('a sign-out that could not be told before somebody else signs in is never told', async () => {
    const { world, server, alice, bob, browser, tab } = home();
    const engine = await enter(tab, alice);
    server.deaf = true;
    await engine.logout();
    const again = await enter(browser.tab(), bob);
    server.deaf = false;
    for (const one of browser.tabs) one.tell('online');
    await world.clock.advance(1_000);
    expect(server.requests.filter((one) => one === 'POST /auth/logout')).toHaveLength(2);
    // The premise: it would have been Bob's session.
    expect(again.connection.get().state).toBe('online');
  });

  test('a session revoked elsewhere ends once, and stays ended', async () => {
    const { world, server, alice, browser, tab } = home();
    const engine = await enter(tab, alice);
    const reasons: string[] = [];
    engine.on_signed_out((reason) => reasons.push(reason));
    server.revoke(alice);
    await world.until(() => reasons.length > 0);
    await world.clock.advance(60_000);
    expect(reasons).toEqual(['revoked']);
    expect(await createGate(browser.tab().env).resume()).toBeUndefined();
  });

  test('an access token that ran out during sleep is renewed without a word', async () => {
    const { world, server, alice, bob, lunch, tab } = home();
    const engine = await enter(tab, alice);
    server.expire(alice);
    for (const link of [...server.links]) link.bye('expired');
    server.say(lunch, bob, 'while asleep');
    await world.until(() => engine.connection.get().state === 'online' && engine.unread_total.get() === 1);
  });
});
