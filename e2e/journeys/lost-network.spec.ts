import { expect, test } from '../kit/test.ts';

test('a message written while the receiver is offline arrives when they are back', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('#1 before');
  await bob.screen.openChat('Alice');
  await bob.screen.expectNumbers(1);

  await bob.loseNetwork();
  for (let n = 2; n <= 6; n++) await alice.screen.say(`#${n} while you were away`);
  await alice.screen.expectNumbers(6);
  await expect(bob.page.getByText('Not connected.')).toBeVisible({ timeout: 60_000 });
  // The premise: nothing of it has reached him.
  expect(await bob.screen.numbers()).toEqual([1]);

  await bob.findNetwork();
  await bob.screen.expectNumbers(6);
  await expect(bob.page.getByText('Not connected.')).toBeHidden();
});

test('what one writes offline waits, and is sent once', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('#1 hello');
  await bob.screen.openChat('Alice');
  await alice.loseNetwork();
  for (let n = 2; n <= 5; n++) await alice.screen.say(`#${n} from the tunnel`);
  await alice.screen.expectNumbers(5);
  await expect(alice.screen.row('Bob').getByRole('img', { name: 'Waiting to be sent' })).toBeVisible();
  expect(await bob.screen.numbers()).toEqual([1]);

  await alice.findNetwork();
  await bob.screen.expectNumbers(5);
  await alice.screen.expectNumbers(5);
  await expect(alice.screen.row('Bob').getByRole('img', { name: 'Waiting to be sent' })).toBeHidden();
  const log = await server.history(alice, alice.screen.conversation());
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
  expect(log.filter(({ kind }) => kind === 'message')).toHaveLength(5);
});

test('without the network the client still opens, with what it knows', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('#1 keep this');
  await bob.screen.openChat('Alice');
  await bob.screen.expectNumbers(1);
  await bob.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  // A reload with the network gives the page to the service worker and its cache.
  await bob.page.reload();
  await bob.screen.expectNumbers(1);
  await expect.poll(() => bob.screen.kept()).toContain('#1 keep this');

  await bob.loseNetwork();
  await bob.page.reload();
  await bob.screen.expectNumbers(1);
  await bob.screen.say('#2 written without a network');
  await bob.screen.expectNumbers(2);
  await bob.findNetwork();
  await alice.screen.expectNumbers(2);
});
