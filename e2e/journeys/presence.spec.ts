import { devices } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import type { Person } from '../kit/person.ts';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

/** The second line of the conversation's header: how the other one is. */
const header = ({ page }: Person, name: string) => page.getByRole('link', { name: `About ${name}` });

/** By keyboard, from one's own face. */
async function appear({ page }: Person, status: string): Promise<void> {
  await page.getByRole('button', { name: /^You: / }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitemradio', { name: status }).press('Enter');
  await expect(page.getByRole('button', { name: `You: ${status.toLowerCase()}` })).toBeFocused();
}

test('who writes is told, one line for all, and gone when they send or stop', async ({ person }) => {
  const [alice, bob] = [await person('Alice', PHONE), await person('Bob')];
  const carol = await person('Carol');
  await bob.screen.startGroup('Lunch', ['Alice', 'Carol']);
  await alice.screen.openChat('Lunch');
  await carol.screen.openChat('Lunch');
  const line = alice.page.getByRole('status').filter({ hasText: 'typing' });
  await bob.screen.composer.pressSequentially('So');
  await expect(line).toHaveText(/Bob.* is typing…/);
  await expect(carol.screen.row('Lunch')).toContainText(/Bob.* is typing…/);
  await expectAccessible(alice.page, 'somebody writes');
  await bob.screen.composer.pressSequentially('up');
  await carol.screen.composer.pressSequentially('Soup');
  await expect(line).toHaveText(/Bob.* and .*Carol.* are typing…/);
  await carol.screen.composer.press('Enter');
  await expect(alice.screen.message('Soup')).toBeVisible();
  await expect(line).toHaveText(/^\W*Bob\W* is typing…$/);
  // Whoever takes everything back has stopped.
  await bob.screen.composer.fill('');
  await expect(line).toHaveCount(0);
  await expect(carol.screen.row('Lunch')).toContainText('Soup');
  // And so has who falls silent.
  await bob.screen.composer.pressSequentially('Hm');
  await expect(line).toHaveText(/Bob.* is typing…/);
  await expect(line).toHaveCount(0);
  await expect(bob.page.getByRole('status').filter({ hasText: 'typing' })).toHaveCount(0);
});

test('one chooses how one is seen at one’s own face, and it holds after a reload', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('Hello');
  await expect(header(alice, 'Bob')).toContainText('online');
  await expect(alice.screen.row('Bob')).toHaveAccessibleName(/Bob.*online/);

  for (const [chosen, seen] of [
    ['Away', 'away'],
    ['Busy', 'busy'],
    ['Online', 'online'],
  ] as const) {
    await appear(bob, chosen);
    await expect(header(alice, 'Bob')).toContainText(seen);
    await expect(alice.screen.row('Bob')).toHaveAccessibleName(new RegExp(`Bob.*${seen}`));
  }
  await alice.screen.openDetails();
  await expectAccessible(alice.page, 'somebody who is there');

  await appear(bob, 'Invisible');
  await expect(header(alice, 'Bob')).toContainText('last seen this minute', { timeout: 20_000 });
  await expect(alice.screen.row('Bob')).not.toHaveAccessibleName(/online/);
  await bob.page.reload();
  await expect(bob.page.getByRole('button', { name: 'You: invisible' })).toBeVisible();
  await bob.screen.openChat('Alice');
  await alice.screen.say('Are you there?');
  await expect(bob.screen.message('Are you there?')).toBeVisible();
  await expect(header(alice, 'Bob')).toContainText('last seen');
});

test('who sees when one was last there, and whether one is, is for oneself to say', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await bob.screen.settings('Privacy');
  const choose = async (label: string, option: string) => {
    await bob.page.getByRole('combobox', { name: label }).click();
    await bob.page.getByRole('option', { name: option }).click();
    await expect(bob.page.getByRole('combobox', { name: label })).toHaveText(option);
  };
  const [here, last] = ['Who sees whether you are online', 'Who sees when you were last there'];
  await expect(header(alice, 'Bob')).toContainText('online');
  await choose(here, 'My contacts');
  await expect(header(alice, 'Bob')).toContainText('@bob');
  await bob.screen.list.getByRole('link', { name: 'Contacts' }).click();
  await bob.page.getByRole('button', { name: 'Add a contact' }).click();
  await bob.page.getByRole('dialog', { name: 'Add a contact' }).getByRole('button', { name: 'Alice' }).click();
  await expect(header(alice, 'Bob')).toContainText('online');
  // The list of contacts tells as well how they are.
  await expect(bob.page.getByRole('list', { name: 'Contacts' }).getByRole('listitem')).toContainText('online');
  await expectAccessible(bob.page);

  await bob.screen.settings('Privacy');
  await choose(here, 'Everyone');
  await choose(last, 'Nobody');
  await expect(bob.page.getByText('You do not see it of others either.')).toBeVisible();
  await expectAccessible(bob.page);
  await appear(bob, 'Invisible');
  await expect(header(alice, 'Bob')).toContainText('@bob', { timeout: 20_000 });
  await choose(last, 'My contacts');
  await expect(header(alice, 'Bob')).toContainText('last seen');
});

test('members show whether they are there, and a card says it in words', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await person('Carol');
  await alice.screen.startGroup('Lunch', ['Bob', 'Carol']);
  await alice.screen.openDetails();
  const members = alice.screen.details.getByRole('list', { name: 'Members' }).getByRole('listitem');
  // Only those who can be seen are asked for.
  await members.filter({ hasText: 'Bob' }).scrollIntoViewIfNeeded();
  await expect(members.filter({ hasText: 'Bob' })).toContainText('online');
  await appear(bob, 'Busy');
  await expect(members.filter({ hasText: 'Bob' })).toContainText('busy');
  await members.filter({ hasText: 'Carol' }).scrollIntoViewIfNeeded();
  await expect(members.filter({ hasText: 'Carol' })).toContainText('online');
  await expectAccessible(alice.page, 'members who are there');
  await bob.screen.openChat('Lunch');
  await bob.screen.say('Soup?');
  await alice.screen.walkTo('Soup?');
  await alice.page.keyboard.press('Shift+F10');
  await alice.page.getByRole('menuitem', { name: 'Profile' }).press('Enter');
  const card = alice.page.getByRole('dialog', { name: 'Bob' });
  await expect(card).toContainText('busy');
  await expectAccessible(alice.page, 'a card of somebody who is there');
});

test('what one is up to is seen at once, for as long as one said', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob', PHONE)];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('Hello');
  await alice.screen.openDetails();

  // On a phone the menu is a sheet.
  await bob.page.getByRole('button', { name: 'You: online' }).tap();
  const sheet = bob.page.getByRole('dialog', { name: 'You' });
  await expect(sheet.getByRole('button', { name: 'Online' })).toHaveAttribute('aria-pressed', 'true');
  await expectAccessible(bob.page, 'the sheet at one’s own face');
  await sheet.getByRole('button', { name: 'Set a status' }).tap();
  const dialog = bob.page.getByRole('dialog', { name: 'Set a status' });
  await dialog.getByRole('button', { name: 'Choose an emoji' }).tap();
  const picker = bob.page.getByRole('dialog', { name: 'Emoji' });
  await picker.getByRole('searchbox', { name: 'Search emoji' }).fill('steaming bowl');
  await picker.getByRole('gridcell', { name: 'steaming bowl' }).tap();
  await expect(picker).toBeHidden();
  await expect(dialog.getByRole('button', { name: 'Emoji: 🍜' })).toBeVisible();
  await dialog.getByLabel('What are you up to?').fill('At lunch');
  await dialog.getByRole('combobox', { name: 'Clear it' }).click();
  await bob.page.getByRole('option', { name: 'In an hour' }).click();
  await expectAccessible(bob.page, 'a status');
  await dialog.getByRole('button', { name: 'Save' }).tap();
  await expect(bob.page.getByRole('button', { name: 'You: online, At lunch' })).toBeVisible();
  await expect(alice.screen.row('Bob').getByRole('img', { name: '🍜 At lunch' })).toBeVisible();
  await expect(alice.screen.details).toContainText('At lunch');

  // Its end comes by itself, on both sides.
  const until = Date.now() + 6_000;
  await server.call(bob, 'PATCH', '/me', { status: { text: 'Back in a moment', emoji: '🏃', until } });
  await expect(alice.screen.details).toContainText('Back in a moment');
  await expect(bob.page.getByRole('button', { name: 'You: online, Back in a moment' })).toBeVisible();
  await expect(alice.screen.details).not.toContainText('Back in a moment', { timeout: 20_000 });
  await expect(alice.screen.row('Bob').getByRole('img', { name: /Back in a moment/ })).toHaveCount(0);
  await expect(bob.page.getByRole('button', { name: 'You: online', exact: true })).toBeVisible();
});
