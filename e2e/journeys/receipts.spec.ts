import { devices } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import type { Screen } from '../kit/person.ts';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

/** How far one's own message has come, as its row tells it. */
const tick = (screen: Screen, text: string, reach: 'Sent' | 'Delivered' | 'Read') =>
  expect(screen.message(text).getByText(reach, { exact: true })).toBeAttached();

test('a message is sent, then delivered, then read', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await bob.loseNetwork();
  await alice.screen.say('Plums?');
  await tick(alice.screen, 'Plums?', 'Sent');
  await bob.findNetwork();
  await tick(alice.screen, 'Plums?', 'Delivered');
  await bob.screen.openChat('Alice');
  await tick(alice.screen, 'Plums?', 'Read');
  // What was known is known again, and who answers has read.
  await alice.page.reload();
  await tick(alice.screen, 'Plums?', 'Read');
  await expectAccessible(alice.page);
});

test('whoever switches receipts off tells nothing and is told nothing, until they switch them on again', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await bob.screen.settings('Privacy');
  const choice = bob.page.getByRole('switch', { name: 'Read receipts' });
  await expect(choice).toBeChecked();
  await choice.focus();
  await bob.page.keyboard.press('Space');
  await expect(choice).not.toBeChecked();
  await expectAccessible(bob.page);

  await alice.screen.startDirect('Bob');
  await alice.screen.say('Did you see this?');
  await bob.screen.openChat('Alice');
  await expect(bob.screen.row('Alice')).not.toContainText('unread');
  await bob.screen.say('See what?');
  await expect(alice.screen.row('Bob')).not.toContainText('unread');
  // Both have read everything, and the server knows: neither is told.
  for (const [{ screen }, text] of [[alice, 'Did you see this?'] as const, [bob, 'See what?'] as const]) {
    await screen.page.reload();
    await tick(screen, text, 'Sent');
  }

  await bob.screen.settings('Privacy');
  await choice.click();
  await expect(choice).toBeChecked();
  await bob.screen.openChat('Alice');
  await tick(bob.screen, 'See what?', 'Read');
  await alice.page.reload();
  await tick(alice.screen, 'Did you see this?', 'Read');
});

test('in a group a tap tells who has read a message, and whom it has reached', async ({ person }) => {
  const [alice, bob] = [await person('Alice', PHONE), await person('Bob')];
  await person('Carol');
  await alice.screen.startGroup('Lunch', ['Bob', 'Carol']);
  await alice.screen.composer.fill('Soup at noon');
  await alice.page.getByRole('button', { name: 'Send' }).tap();
  await tick(alice.screen, 'Soup at noon', 'Delivered');
  await bob.screen.openChat('Lunch');
  const faces = alice.screen.message('Soup at noon').getByRole('button', { name: 'Read by Bob' });
  await expect(faces).toBeVisible();
  await expectAccessible(alice.page, 'faces of those who have read');
  await faces.tap();
  const dialog = alice.page.getByRole('dialog', { name: 'Seen by' });
  await expect(dialog.getByText('Read by 1 of 2')).toBeVisible();
  await expect(dialog.getByRole('region', { name: 'Read', exact: true }).getByRole('listitem')).toHaveText([/Bob/]);
  await expect(dialog.getByRole('region', { name: 'Delivered' }).getByRole('listitem')).toHaveText([/Carol/]);
  await expectAccessible(alice.page, 'seen by');
  await alice.page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  // The face follows its reader to the newest message.
  await alice.screen.composer.fill('Bring spoons');
  await alice.page.getByRole('button', { name: 'Send' }).tap();
  await expect(alice.screen.message('Bring spoons').getByRole('button', { name: 'Read by Bob' })).toBeVisible();
  await expect(faces).toHaveCount(0);
});

test('who has read a message is found by keyboard, from its menu', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startGroup('Lunch', ['Bob']);
  await alice.screen.say('Bring spoons');
  await bob.screen.openChat('Lunch');
  await expect(bob.screen.message('Bring spoons')).toBeVisible();
  await bob.screen.walkTo('Bring spoons');
  await bob.page.keyboard.press('Shift+F10');
  await bob.page.getByRole('menuitem', { name: 'Seen by' }).press('Enter');
  await expect(bob.page.getByRole('dialog', { name: 'Seen by' }).getByText('Read by 1 of 1')).toBeVisible();
});
