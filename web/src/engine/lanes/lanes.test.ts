import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { ClientFrame } from '../index';
import { enter, home, resume } from '../testing/people';

async function at_lunch() {
  const all = home();
  const engine = await enter(all.tab, all.alice);
  all.server.heard.length = 0;
  const said = <Op extends ClientFrame['op']>(op: Op) =>
    all.server.heard.filter((frame): frame is Extract<ClientFrame, { op: Op }> => frame.op === op);
  return { ...all, engine, said };
}

describe('receipts', () => {
  test('are known of a conversation on screen, follow the others, and only go forwards', async () => {
    const { world, server, alice, bob, lunch, engine } = await at_lunch();
    const seq = server.say(lunch, alice, 'read me');
    server.read(lunch, bob.id, 1);
    const receipts = engine.receipts(lunch);
    expect(receipts.get().size).toBe(0);
    engine.open_timeline(lunch);
    await world.until(() => receipts.get().get(bob.id)?.read_seq === 1);
    const tell = (marks: object) => server.whisper(alice, { op: 'receipt', conversation: lunch, user: bob.id, ...marks });
    tell({ delivered_seq: seq });
    await world.until(() => receipts.get().get(bob.id)?.delivered_seq === seq);
    expect(receipts.get().get(bob.id)).toEqual({ read_seq: 1, delivered_seq: seq });
    tell({ read_seq: seq });
    await world.until(() => receipts.get().get(bob.id)?.read_seq === seq);
    const before = receipts.get();
    tell({ read_seq: 1, delivered_seq: 1 });
    await world.clock.advance(100);
    expect(receipts.get()).toBe(before);
    // Whoever answers has read.
    const answer = server.say(lunch, bob, 'read');
    await world.until(() => receipts.get().get(bob.id)?.read_seq === answer);
    expect(engine.conversation(lunch).get()?.my.read_seq).toBe(seq);
  });

  test('are not asked for by who walks on at once', async () => {
    const { world, server, lunch, engine } = await at_lunch();
    server.requests = [];
    engine.open_timeline(lunch).close();
    await world.clock.advance(1_000);
    expect(server.requests.filter((request) => request.endsWith('/receipts'))).toEqual([]);
    engine.open_timeline(lunch);
    await world.clock.advance(1_000);
    expect(server.requests.filter((request) => request.endsWith('/receipts')).length).toBe(1);
  });

  test('missed while away are fetched again, in every tab', async () => {
    const { world, server, alice, bob, lunch, engine, browser } = await at_lunch();
    const { engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    for (const one of [engine, second]) one.open_timeline(lunch);
    const seq = server.say(lunch, alice, 'read me');
    await world.clock.advance(100);
    browser.cut();
    server.read(lunch, bob.id, seq);
    browser.mend();
    for (const one of [engine, second]) await world.until(() => one.receipts(lunch).get().get(bob.id)?.read_seq === seq);
  });
});

describe('delivered', () => {
  test('is told once for what came in a while, and not for what one said oneself', async () => {
    const { world, server, bob, lunch, engine, said } = await at_lunch();
    for (let i = 0; i < 5; i += 1) server.say(lunch, bob, `m${i}`);
    await world.clock.advance(1_500);
    expect(said('delivered')).toEqual([{ op: 'delivered', conversation: lunch, seq: 6 }]);
    await engine.send(lunch, 'mine');
    server.act(lunch, bob, { kind: 'reacted', target: 2, emoji: '👍' });
    await world.clock.advance(3_000);
    expect(said('delivered').length).toBe(1);
  });

  test('is told of what came while away, by the leader alone', async () => {
    const { world, server, bob, lunch, browser, said } = await at_lunch();
    const { engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    browser.cut();
    const seq = server.say(lunch, bob, 'while away');
    browser.mend();
    await world.until(() => said('delivered').length > 0);
    await world.clock.advance(5_000);
    expect(said('delivered')).toEqual([{ op: 'delivered', conversation: lunch, seq }]);
    browser.cut();
    browser.mend();
    await world.clock.advance(5_000);
    expect(said('delivered').length).toBe(1);
  });
});

describe('typing', () => {
  test('of others is seen until they stop, say something, or fall silent', async () => {
    const { world, server, alice, bob, lunch, engine } = await at_lunch();
    const carol = server.person('Carol');
    const typing = engine.typing(lunch);
    const tell = (user: string, on: boolean) => server.whisper(alice, { op: 'typing', conversation: lunch, user, on });
    tell(bob.id, true);
    tell(carol.id, true);
    tell(alice.id, true);
    await world.until(() => typing.get().length === 2);
    expect(typing.get()).toEqual([bob.id, carol.id]);
    tell(carol.id, false);
    await world.until(() => typing.get().length === 1);
    server.say(lunch, bob, 'said');
    await world.until(() => typing.get().length === 0);
    tell(bob.id, true);
    await world.until(() => typing.get().length === 1);
    await world.clock.advance(4_000);
    tell(bob.id, true);
    await world.clock.advance(4_000);
    expect(typing.get()).toEqual([bob.id]);
    await world.clock.advance(2_500);
    expect(typing.get()).toEqual([]);
  });

  test('is told at most every three seconds, whichever tab it is', async () => {
    const { world, lunch, engine, browser, said } = await at_lunch();
    const { engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    engine.set_typing(lunch, false);
    for (let i = 0; i < 35; i += 1) {
      (i % 2 === 0 ? engine : second).set_typing(lunch, true);
      await world.clock.advance(200);
    }
    expect(said('typing').map(({ on }) => on)).toEqual([true, true, true]);
    second.set_typing(lunch, false);
    second.set_typing(lunch, false);
    await world.clock.advance(100);
    expect(said('typing').map(({ on }) => on)).toEqual([true, true, true, false]);
  });
});

describe('presence', () => {
  test('is watched for whom any tab looks at, as long as it does', async () => {
    const { world, server, alice, bob, engine, browser, said } = await at_lunch();
    const carol = server.person('Carol');
    const { engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    const stops = [engine.watch([bob.id]), engine.watch([bob.id]), second.watch([carol.id])];
    await world.clock.advance(500);
    expect(said('watch').at(-1)?.users).toEqual([bob.id, carol.id]);
    server.whisper(alice, { op: 'presence', user: bob.id, status: 'busy', text: 'in a meeting' });
    await world.until(() => second.presence(bob.id).get()?.text === 'in a meeting');
    expect(engine.presence(bob.id).get()?.status).toBe('busy');
    stops[0]?.();
    stops[0]?.();
    await world.clock.advance(500);
    expect(said('watch').length).toBe(1);
    stops[1]?.();
    await world.clock.advance(500);
    expect(said('watch').at(-1)?.users).toEqual([carol.id]);
  });

  test('is asked for anew on a new connection, also by a new leader', async () => {
    const { world, server, alice, bob, engine, browser, said, tab } = await at_lunch();
    const carol = server.person('Carol');
    const { engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    engine.watch([bob.id]);
    second.watch([carol.id]);
    server.whisper(alice, { op: 'presence', user: bob.id, status: 'online' });
    await world.until(() => engine.presence(bob.id).get() !== undefined);
    browser.cut();
    browser.mend();
    await world.until(() => engine.connection.get().state === 'online' && engine.presence(bob.id).get() === undefined);
    await world.clock.advance(500);
    expect(said('watch').at(-1)?.users).toEqual([bob.id, carol.id]);
    server.heard.length = 0;
    tab.crash();
    await world.until(() => second.connection.get().state === 'online' && said('watch').length > 0);
    expect(said('watch').at(-1)?.users).toContain(carol.id);
  });

  test('of the reader is away after five minutes without a touch of any tab, and back with the first', async () => {
    const { world, browser, engine, said, tab } = await at_lunch();
    const { tab: other, engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    const status = () => said('presence').map((frame) => frame.status);
    await world.clock.advance(240_000);
    other.touch();
    await world.clock.advance(200_000);
    expect(status()).toEqual([]);
    await world.clock.advance(110_000);
    expect(status()).toEqual(['away']);
    browser.cut();
    browser.mend();
    await world.clock.advance(1_000);
    expect(status()).toEqual(['away', 'away']);
    tab.touch();
    expect(engine.own_presence.get()).toBe('online');
    await world.clock.advance(100);
    expect(status()).toEqual(['away', 'away', 'online']);
  });

  test('chosen in one tab holds in all, and on the next connection', async () => {
    const { world, server, browser, engine, said, tab } = await at_lunch();
    const { tab: second_tab, engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    second.set_presence('busy');
    await world.until(() => said('presence').at(-1)?.status === 'busy');
    expect(engine.own_presence.get()).toBe('busy');
    browser.cut();
    browser.mend();
    await world.until(() => said('presence').length === 2);
    expect(said('presence').at(-1)?.status).toBe('busy');
    await world.clock.advance(400_000);
    expect(said('presence').at(-1)?.status).toBe('busy');
    const { tab: last, engine: third } = await resume(browser);
    await world.until(() => third.own_presence.get() === 'busy');
    // Nobody is left who remembers it but the device: it is said with the first word.
    for (const one of [tab, second_tab, last]) one.crash();
    server.heard.length = 0;
    const { engine: fourth } = await resume(browser);
    await world.until(() => said('hello').length > 0);
    expect(said('hello').map((frame) => frame.status)).toEqual(['busy']);
    expect(fourth.own_presence.get()).toBe('busy');
  });
});
