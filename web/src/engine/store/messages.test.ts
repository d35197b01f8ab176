import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { enter, home } from '../testing/people';

async function far_away() {
  const all = home();
  for (let i = 2; i <= 400; i += 1) all.server.say(all.lunch, all.bob, `m${i}`);
  const engine = await enter(all.tab, all.alice);
  const quoted = engine.message(all.lunch, 30);
  return { ...all, engine, quoted };
}

test('a message far from everything on screen is fetched when somebody looks; what is none is null', async () => {
  const { world, server, engine, lunch, quoted } = await far_away();
  const [first, none] = [engine.message(lunch, 1), engine.message(lunch, 999)];
  server.requests = [];
  expect([quoted.get(), first.get(), none.get(), quoted.get()]).toEqual([undefined, undefined, undefined, undefined]);
  await world.until(() => quoted.get() !== undefined);
  expect(quoted.get()).toMatchObject({ seq: 30, text: 'm30' });
  expect([first.get(), none.get()]).toEqual([null, null]);
  expect(server.requests).toEqual([`GET /conversations/${lunch}/messages?seqs=30,1,999`]);
});

test('it shows own changes at once, and hears of those of others', async () => {
  const { world, server, engine, lunch, bob, quoted } = await far_away();
  quoted.get();
  await world.until(() => quoted.get() !== undefined);
  await engine.react(lunch, 30, '👍', true);
  expect(quoted.get()?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
  expect(quoted.get()).toBe(quoted.get());
  server.act(lunch, bob, { kind: 'edited', target: 30, text: 'said differently' });
  await world.until(() => quoted.get()?.text === 'said differently');
  expect(quoted.get()?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
});
