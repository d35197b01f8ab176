import { expect, test } from '../kit/test.ts';

test('a group from its creation to the last goodbye, told line by line', async ({ person }) => {
  const [alice, bob, carol] = [await person('Alice'), await person('Bob'), await person('Carol')];
  await alice.screen.startGroup('Lunch', ['Bob']);
  await alice.screen.say('Pizza?');
  await bob.screen.openChat('Lunch');
  await expect(bob.screen.message('Pizza?')).toBeVisible();
  await expect(bob.screen.told('Alice', 'created the group')).toBeVisible();

  await alice.screen.openDetails();
  await alice.screen.details.getByRole('button', { name: 'Rename' }).click();
  const rename = alice.page.getByRole('dialog', { name: 'Rename group' });
  await rename.getByLabel('Title').fill('Late lunch');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await expect(bob.page.getByRole('main', { name: 'Late lunch' })).toBeVisible();
  await expect(bob.screen.told('Alice', 'named the group', 'Late lunch')).toBeVisible();

  await alice.screen.details.getByRole('button', { name: 'Add people' }).click();
  const add = alice.page.getByRole('dialog', { name: 'Add people' });
  await alice.screen.choose(add, ['Carol']);
  await add.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(bob.screen.told('Alice', 'added', 'Carol')).toBeVisible();
  await carol.screen.openChat('Late lunch');
  await expect(carol.screen.message('Pizza?')).toBeVisible();
  await carol.screen.say('Pasta!');
  await expect(bob.screen.message('Pasta!')).toBeVisible();

  await alice.screen.details.getByRole('button', { name: 'Actions for Carol' }).click();
  await alice.page.getByRole('menuitem', { name: 'Remove from group' }).click();
  // Gone from the list, and taken back; then meant.
  const carols = alice.screen.details.getByRole('button', { name: 'Actions for Carol' });
  await expect(carols).toBeHidden();
  await alice.page.getByRole('button', { name: 'Undo' }).click();
  await carols.click();
  await alice.page.getByRole('menuitem', { name: 'Remove from group' }).click();
  await alice.page.getByRole('dialog').filter({ hasText: 'Carol was removed.' }).getByRole('button', { name: 'Close' }).click();
  await expect(bob.screen.told('Alice', 'removed', 'Carol')).toBeVisible();
  await alice.screen.say('Only for the two of us');
  await expect(bob.screen.message('Only for the two of us')).toBeVisible();
  await expect(carol.page.getByText('Only for the two of us')).toHaveCount(0);

  await bob.screen.openDetails();
  await bob.screen.details.getByRole('button', { name: 'Leave' }).click();
  await bob.page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
  await expect(bob.screen.row('Late lunch')).toHaveCount(0);
  await expect(alice.screen.told('Bob', 'left')).toBeVisible();
});

test('the last owner of a group with others cannot leave it', async ({ person }) => {
  const [alice] = [await person('Alice'), await person('Bob')];
  await alice.screen.startGroup('Orphans', ['Bob']);
  await alice.screen.openDetails();
  // The server answers `conflict`, which the browser notes in the console.
  alice.expectNetworkFailures();
  await alice.screen.details.getByRole('button', { name: 'Leave' }).click();
  await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
  await expect(alice.page.getByText(/owner/i).last()).toBeVisible();
  await expect(alice.screen.row('Orphans')).toBeVisible();

  await alice.screen.details.getByRole('button', { name: 'Actions for Bob' }).click();
  await alice.page.getByRole('menuitem', { name: 'Make owner' }).click();
  await expect(alice.screen.details.getByRole('list', { name: 'Members' }).getByText('Owner')).toHaveCount(2);
  await expect(alice.screen.told('You made', 'Bob', 'an owner')).toBeVisible();
  await alice.screen.details.getByRole('button', { name: 'Leave' }).click();
  await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
  await expect(alice.screen.row('Orphans')).toHaveCount(0);
});
