import { expect, test } from '../kit/test.ts';

test('two tabs of one account show the same, and one goes on when the other closes', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('#1 from the first tab');
  const second = await alice.anotherTab(`/c/${alice.screen.conversation()}`);
  await second.expectNumbers(1);
  await second.say('#2 from the second tab');
  await alice.screen.expectNumbers(2);

  await bob.screen.openChat('Alice');
  await bob.screen.say('#3 from Bob');
  await alice.screen.expectNumbers(3);
  await second.expectNumbers(3);

  await alice.page.close();
  await bob.screen.say('#4 do you still hear me?');
  await second.expectNumbers(4);
  await second.say('#5 yes');
  await bob.screen.expectNumbers(5);
  const log = await server.history(alice, second.conversation());
  expect(log.filter(({ kind }) => kind === 'message')).toHaveLength(5);
});

test('a draft written in one tab waits in the list', async ({ person }) => {
  const alice = await person('Alice');
  await person('Bob');
  await alice.screen.startDirect('Bob');
  await alice.screen.say('#1 hello');
  await alice.screen.composer.fill('not yet finished');
  await alice.screen.page.getByRole('link', { name: 'Parlor, start page' }).click();
  await expect(alice.screen.row('Bob')).toContainText('not yet finished');
  await alice.page.reload();
  await alice.screen.openChat('Bob');
  await expect(alice.screen.composer).toHaveValue('not yet finished');
});
