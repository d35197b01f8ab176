import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

test('new messages disappear after the time that was set', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('this one stays');
  await bob.page.clock.install();
  await bob.screen.openChat('Alice');
  await expect(bob.screen.message('this one stays')).toBeVisible();

  await alice.screen.openDetails();
  await alice.screen.details.getByRole('combobox', { name: 'Messages disappear' }).click();
  await alice.page.getByRole('option', { name: 'After 5 minutes' }).click();
  await expect(alice.screen.told('You', 'let new messages disappear after 5 minutes')).toBeVisible();
  await expectAccessible(alice.page, 'the time after which messages disappear');
  await expect(bob.screen.told('Alice', 'let new messages disappear after 5 minutes')).toBeVisible();

  await alice.screen.say('the password is swordfish');
  const brief = bob.screen.message('swordfish');
  await expect(brief).toContainText('Disappears in 5 minutes');
  await expectAccessible(bob.page, 'a message that will disappear');
  // On this device it goes by itself, whatever the network does.
  await bob.page.clock.fastForward('05:01');
  await expect(brief).toBeHidden();
  await expect(bob.screen.message('this one stays')).toBeVisible();
});

test('in a group only who runs it sets the time', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startGroup('Brief', ['Bob']);
  await bob.screen.openChat('Brief');
  await bob.screen.openDetails();
  await expect(bob.screen.details).toContainText('Messages disappear: Never');
  await expect(bob.screen.details.getByRole('combobox', { name: 'Messages disappear' })).toHaveCount(0);
});
