import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

test('a poll is asked, answered and closed, before the eyes of all', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startGroup('Lunch', ['Bob']);
  await bob.screen.openChat('Lunch');
  await alice.screen.add('New poll');
  const dialog = alice.page.getByRole('dialog', { name: 'New poll' });
  await dialog.getByLabel('Question').fill('Where do we eat?');
  await dialog.getByLabel('Option 1', { exact: true }).fill('Pizza');
  await dialog.getByRole('button', { name: 'Ask' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Please give at least two options.');
  await dialog.getByLabel('Option 2', { exact: true }).fill('Soup');
  await expectAccessible(alice.page, 'a new poll');
  await dialog.getByRole('button', { name: 'Ask' }).click();
  await expect(dialog).toBeHidden();

  const [mine, his] = [alice.screen.message('Where do we eat?'), bob.screen.message('Where do we eat?')];
  await his.getByRole('radio', { name: /Soup/ }).click();
  await expect(his.getByRole('radio', { name: /Soup/ })).toBeChecked();
  await expect(mine).toContainText('1 vote');
  await expect(mine.getByRole('radio', { name: /Soup 1 · 100 %/ })).not.toBeChecked();
  // By keyboard.
  await mine.getByRole('radio', { name: /Pizza/ }).focus();
  await alice.page.keyboard.press('Space');
  await expect(his).toContainText('2 votes');
  await expect(his.getByRole('radio', { name: /Pizza 1 · 50 %/ })).toBeVisible();
  await expectAccessible(bob.page, 'a poll');
  await expect(his.getByRole('button', { name: 'Close the poll' })).toHaveCount(0);

  await mine.getByRole('button', { name: 'Close the poll' }).click();
  await expect(his).toContainText('Closed');
  await expect(his.getByRole('radio', { name: /Soup/ })).toBeDisabled();
  await bob.page.reload();
  await expect(his.getByRole('radio', { name: /Soup/ })).toBeChecked();
});

test('an anonymous poll with several answers remembers what one chose', async ({ person }) => {
  const alice = await person('Alice');
  await alice.screen.startNotes();
  await alice.screen.add('New poll');
  const dialog = alice.page.getByRole('dialog', { name: 'New poll' });
  await dialog.getByLabel('Question').fill('What now?');
  await dialog.getByLabel('Option 1', { exact: true }).fill('Walk');
  await dialog.getByLabel('Option 2', { exact: true }).fill('Read');
  await dialog.getByRole('button', { name: 'Add an option' }).click();
  await dialog.getByLabel('Option 3', { exact: true }).fill('Sleep');
  await dialog.getByRole('checkbox', { name: 'Several answers' }).check();
  await dialog.getByRole('checkbox', { name: /^Anonymous/ }).check();
  await dialog.getByRole('button', { name: 'Ask' }).click();
  const poll = alice.screen.message('What now?');
  await poll.getByRole('checkbox', { name: /Walk/ }).click();
  await poll.getByRole('checkbox', { name: /Sleep/ }).click();
  await expect(poll.getByRole('checkbox', { name: /Sleep 1 · 100 %/ })).toBeChecked();
  await expect(poll).toContainText('1 vote');
  await alice.page.reload();
  await expect(poll.getByRole('checkbox', { name: /Walk/ })).toBeChecked();
  await expect(poll.getByRole('checkbox', { name: /Read/ })).not.toBeChecked();
});
