import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

test('one tells of oneself, and others see it on the card', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.settings('Profile');
  await alice.page.getByLabel('About you').fill('Plums and trains.');
  await alice.page.getByLabel('Pronouns').fill('she/her');
  await alice.page.getByLabel('Time zone').fill('Asia/Atlantis');
  alice.expectNetworkFailures();
  await alice.page.getByRole('button', { name: 'Save' }).click();
  await expect(alice.page.getByLabel('Time zone')).toHaveAccessibleDescription(/not known/);
  await alice.page.getByLabel('Time zone').fill('Asia/Tokyo');
  await alice.page.getByRole('button', { name: 'Save' }).click();
  await expect(alice.page.getByText('Profile saved.')).toBeVisible();
  await expectAccessible(alice.page);

  await bob.screen.startDirect('Alice');
  await bob.page.getByRole('main').getByRole('button', { name: 'Conversation actions' }).click();
  await bob.page.getByRole('menuitem', { name: 'Profile' }).click();
  const card = bob.page.getByRole('dialog', { name: 'Alice' });
  for (const text of ['@alice', 'she/her', 'Plums and trains.', 'local time']) await expect(card).toContainText(text);
  await expectAccessible(bob.page);
  await card.getByRole('button', { name: 'Add contact' }).click();
  await expect(card.getByRole('button', { name: 'Remove contact' })).toBeVisible();
  await bob.page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
});

test('a status is chosen by keys, seen by others, and cleared', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  const own = (name: string) => alice.screen.list.getByRole('button', { name, exact: true });
  await own('You: online').focus();
  await alice.page.keyboard.press('Enter');
  await alice.page.getByRole('menuitem', { name: 'Set a status' }).press('Enter');
  const dialog = alice.page.getByRole('dialog', { name: 'Set a status' });
  await expectAccessible(alice.page);
  await dialog.getByRole('button', { name: 'On the way' }).click();
  await dialog.getByLabel('What are you up to?').press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(own('You: online, On the way')).toBeVisible();
  await bob.screen.startDirect('Alice');
  await bob.screen.openDetails();
  await expect(bob.screen.details).toContainText('On the way');
  await own('You: online, On the way').click();
  await alice.page.getByRole('menuitem', { name: 'Status: On the way' }).click();
  await dialog.getByRole('button', { name: 'Clear status' }).click();
  await expect(own('You: online')).toBeVisible();
});
