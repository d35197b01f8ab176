import { expect, test } from '../kit/test.ts';

const COUNT = 40;

test('the server is killed while people write: nothing is lost, doubled or out of order', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  for (const who of [alice, bob]) who.expectNetworkFailures();
  await alice.screen.startDirect('Bob');
  await alice.screen.say('#1 begins');
  await bob.screen.openChat('Alice');
  await bob.screen.expectNumbers(1);

  const writing = (async () => {
    for (let n = 2; n <= COUNT; n++) await alice.screen.say(`#${n} of ${COUNT}`);
  })();
  // In the middle of it, once something has come through.
  await expect.poll(async () => (await bob.screen.numbers()).length, { intervals: [20] }).toBeGreaterThan(5);
  await server.kill();
  await writing;
  await server.start();

  await bob.screen.expectNumbers(COUNT, 45_000);
  await alice.screen.expectNumbers(COUNT);
  const log = await server.history(alice, alice.screen.conversation());
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
  const texts = log.flatMap(({ message }) => (message ? [message.text] : []));
  expect(texts.slice(1)).toEqual(Array.from({ length: COUNT - 1 }, (_, at) => `#${at + 2} of ${COUNT}`));
});

test('a tab closed with a message still unsent: reopened, it is delivered once', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  for (const who of [alice, bob]) who.expectNetworkFailures();
  await alice.screen.startDirect('Bob');
  await alice.screen.say('#1 before');
  await bob.screen.openChat('Alice');
  await bob.screen.expectNumbers(1);
  const conversation = alice.screen.conversation();

  await server.stop();
  await alice.screen.say('#2 nobody has this yet');
  await expect(alice.screen.message('#2')).toBeVisible();
  await expect(alice.screen.row('Bob').getByRole('img', { name: 'Waiting to be sent' })).toBeVisible();
  await alice.page.close();

  await server.start();
  // The premise: the server does not know it.
  expect((await server.history(bob, conversation)).filter(({ kind }) => kind === 'message')).toHaveLength(1);

  const again = await alice.anotherTab();
  await bob.screen.expectNumbers(2);
  await again.openChat('Bob');
  await again.expectNumbers(2);
  expect((await server.history(bob, conversation)).filter(({ kind }) => kind === 'message')).toHaveLength(2);
});

test('a planned restart is hardly noticed', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  for (const who of [alice, bob]) who.expectNetworkFailures();
  await alice.screen.startDirect('Bob');
  await alice.screen.say('#1 before');
  await bob.screen.openChat('Alice');
  await server.restart();
  await alice.screen.say('#2 after');
  await bob.screen.say('#3 seen');
  for (const { screen } of [alice, bob]) {
    await expect.poll(async () => (await screen.numbers()).toSorted((a, b) => a - b), { timeout: 30_000 }).toEqual([1, 2, 3]);
  }
});
