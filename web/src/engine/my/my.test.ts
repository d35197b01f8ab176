import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { enter, home, resume } from '../testing/people';
import { Refusal } from '../testing/refusal';

async function at_lunch() {
  const all = home();
  const engine = await enter(all.tab, all.alice);
  const my = () => engine.conversation(all.lunch).get()?.my;
  const told = () => all.server.view(all.lunch, all.alice.id).my;
  const patches = () => all.server.requests.filter((one) => one.startsWith('PATCH')).length;
  return { ...all, engine, my, told, patches };
}

describe('what one sets for oneself', () => {
  test('is shown at once, told to the server, and to the other devices', async () => {
    const { world, alice, engine, lunch, my, told } = await at_lunch();
    const other = await enter(world.browser().tab(), alice);
    await engine.set_my(lunch, { favourite: true });
    expect(my()?.favourite).toBe(true);
    await world.until(() => told().favourite === true && other.conversation(lunch).get()?.my.favourite === true);
    expect(my()).toEqual(told());
    await engine.set_my(lunch, { favourite: true, archived: false, notify: 'all', muted_until: null });
    await world.clock.advance(1_000);
    expect(told().version).toBe(1);
  });

  test('is kept through a crash while offline; the last word counts', async () => {
    const { world, engine, lunch, browser, tab, told, patches } = await at_lunch();
    await world.clock.advance(2_000);
    browser.cut();
    await engine.set_my(lunch, { archived: true });
    await engine.set_my(lunch, { notify: 'mentions' });
    await engine.set_my(lunch, { archived: false, notify: 'nothing' });
    tab.crash();
    const { engine: again } = await resume(browser);
    await world.until(() => again.ready.get());
    expect(again.conversation(lunch).get()?.my.notify).toBe('nothing');
    browser.mend();
    await world.until(() => told().notify === 'nothing');
    await world.clock.advance(2_000);
    expect([told().archived, patches()]).toEqual([false, 1]);
  });

  test('set in a follower goes through the leader', async () => {
    const { world, lunch, browser, engine, told } = await at_lunch();
    const { engine: second } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    await second.set_my(lunch, { archived: true });
    await world.until(() => told().archived === true && engine.conversation(lunch).get()?.my.archived === true);
  });

  test('missed while away is found by its version', async () => {
    const { world, server, alice, lunch, browser, engine, my } = await at_lunch();
    browser.cut();
    server.set_my(lunch, alice.id, { notify: 'nothing' });
    browser.mend();
    await world.until(() => my()?.notify === 'nothing');
    expect(engine.conversation(lunch).get()?.muted).toBe(true);
  });

  test('begins anew with a new membership', async () => {
    const { world, server, alice, bob, lunch, browser, my } = await at_lunch();
    server.set_my(lunch, alice.id, { favourite: true });
    await world.until(() => my()?.favourite === true);
    browser.cut();
    server.remove(lunch, bob, alice);
    server.add(lunch, bob, alice);
    browser.mend();
    await world.until(() => my() !== undefined && my()?.favourite !== true);
  });

  test('does not wait for a message that cannot be sent', async () => {
    const { world, server, engine, lunch, told } = await at_lunch();
    server.refusals = [new Refusal(429, 'limited')];
    await engine.send(lunch, 'too much');
    await world.until(() => server.refusals.length === 0);
    await engine.set_my(lunch, { archived: true });
    await world.clock.advance(300);
    expect([told().archived, server.sends.length]).toEqual([true, 0]);
  });
});

describe('the totals', () => {
  test('count what may call', async () => {
    const { world, server, alice, bob, engine, lunch } = await at_lunch();
    const dinner = server.group('Dinner', bob, alice);
    server.say(lunch, bob, 'one');
    server.say(lunch, bob, 'you', { mentions: [alice.id] });
    server.say(dinner, bob, 'three');
    await world.until(() => engine.unread_total.get() === 3);
    expect(engine.mentions_total.get()).toBe(1);
    await engine.set_my(lunch, { archived: true });
    expect([engine.unread_total.get(), engine.mentions_total.get()]).toEqual([1, 1]);
    await engine.set_my(lunch, { archived: false, notify: 'mentions' });
    expect([engine.unread_total.get(), engine.mentions_total.get()]).toEqual([3, 1]);
    await engine.set_my(lunch, { notify: 'nothing' });
    expect([engine.unread_total.get(), engine.mentions_total.get()]).toEqual([1, 0]);
    server.set_my(dinner, alice.id, { request: 'pending' });
    await world.until(() => engine.unread_total.get() === 0);
  });

  test('count a conversation again when its mute has run out', async () => {
    const { world, server, bob, engine, lunch } = await at_lunch();
    await engine.set_my(lunch, { muted_until: world.clock.now + 3 * 86_400_000 });
    server.say(lunch, bob, 'hush', {});
    await world.until(() => engine.conversation(lunch).get()?.unread === 1);
    expect([engine.unread_total.get(), engine.conversation(lunch).get()?.muted]).toEqual([0, true]);
    await world.clock.advance(2 * 86_400_000);
    expect(engine.unread_total.get()).toBe(0);
    await world.clock.advance(86_500_000);
    expect([engine.unread_total.get(), engine.conversation(lunch).get()?.muted]).toEqual([1, false]);
  });

  test('marking unread shows, counts nothing, and goes by reading', async () => {
    const { world, engine, lunch, told } = await at_lunch();
    await engine.set_my(lunch, { marked_unread: true });
    expect(engine.conversation(lunch).get()?.marked_unread).toBe(true);
    expect(engine.unread_total.get()).toBe(0);
    await world.until(() => told().marked_unread === true);
    engine.mark_read(lunch, 1);
    await world.until(() => !told().marked_unread && engine.conversation(lunch).get()?.marked_unread === false);
  });
});

describe('a draft', () => {
  test('goes to the other devices once the keys rest, or at once when the writer turns away', async () => {
    const { world, alice, engine, lunch, told, patches, tab } = await at_lunch();
    const other = await enter(world.browser().tab(), alice);
    for (const text of ['h', 'ha', 'half']) {
      engine.set_draft(lunch, text);
      await world.clock.advance(1_500);
    }
    expect([told().draft, patches()]).toEqual([undefined, 0]);
    await world.clock.advance(1_000);
    expect([told().draft, patches()]).toEqual(['half', 1]);
    await world.until(() => other.draft(lunch).get() === 'half');
    expect(other.conversation(lunch).get()?.draft).toBe('half');
    engine.set_draft(lunch, 'half a');
    engine.settle_draft(lunch);
    await world.clock.advance(100);
    expect(told().draft).toBe('half a');
    engine.set_draft(lunch, 'half a sen');
    tab.show(false);
    await world.clock.advance(100);
    expect(told().draft).toBe('half a sen');
    engine.set_draft(lunch, '');
    await world.until(() => told().draft === undefined && other.draft(lunch).get() === '');
  });

  test('sent within a moment is told to nobody', async () => {
    const { world, engine, lunch, patches } = await at_lunch();
    engine.set_draft(lunch, 'quick');
    await engine.send(lunch, 'quick');
    engine.set_draft(lunch, '');
    await world.clock.advance(5_000);
    expect(patches()).toBe(0);
  });

  test('from another device is taken, unless this one has something newer', async () => {
    const { world, server, alice, engine, lunch, told } = await at_lunch();
    server.set_my(lunch, alice.id, { draft: 'from the phone' });
    await world.until(() => engine.draft(lunch).get() === 'from the phone');
    engine.set_draft(lunch, 'from the phone, and on');
    server.set_my(lunch, alice.id, { draft: 'from the phone again' });
    await world.clock.advance(1_000);
    expect(engine.draft(lunch).get()).toBe('from the phone, and on');
    await world.until(() => told().draft === 'from the phone, and on');
    expect(engine.draft(lunch).get()).toBe('from the phone, and on');
  });

  test('written just before a crash is kept, and told by the next tab', async () => {
    const { world, server, alice, engine, lunch, browser, tab, told } = await at_lunch();
    await world.clock.advance(2_000);
    engine.set_draft(lunch, 'almost lo');
    await world.clock.advance(500);
    tab.crash();
    server.set_my(lunch, alice.id, { draft: 'older' });
    const { engine: again } = await resume(browser);
    await world.until(() => again.connection.get().state === 'online');
    expect(again.draft(lunch).get()).toBe('almost lo');
    await world.until(() => told().draft === 'almost lo');
  });

  test('written in a follower is told by the leader', async () => {
    const { world, lunch, browser, engine, told } = await at_lunch();
    const { engine: second, tab } = await resume(browser);
    await world.until(() => second.connection.get().state === 'online');
    second.set_draft(lunch, 'here');
    await world.until(() => engine.draft(lunch).get() === 'here');
    expect(told().draft).toBeUndefined();
    tab.show(false);
    await world.clock.advance(100);
    expect(told().draft).toBe('here');
  });

  test('the server does not want stays on this device', async () => {
    const { world, server, engine, lunch, browser, tab } = await at_lunch();
    server.refusals = [new Refusal(413, 'too_large')];
    engine.set_draft(lunch, 'very long');
    await world.clock.advance(5_000);
    expect(server.refusals).toEqual([]);
    expect(engine.draft(lunch).get()).toBe('very long');
    tab.crash();
    browser.online = false;
    const { engine: again } = await resume(browser);
    expect(again.draft(lunch).get()).toBe('very long');
  });
});
