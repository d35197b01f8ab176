import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

async function fromMenu(page: Page, message: Locator, action: string): Promise<void> {
  // Until it is stored a message has another menu.
  await expect(message).toHaveAttribute('data-seq', /./);
  await message.click({ button: 'right' });
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

async function openLater(page: Page, tab: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: /^Later/ })
    .click();
  await page.getByRole('navigation', { name: 'Later' }).getByRole('link', { name: tab }).click();
}

test('a message is scheduled, changed, and sent', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.composer.fill('Happy birthday!');
  await alice.screen.add('Send later');
  const dialog = alice.page.getByRole('dialog', { name: 'Send later' });
  await expect(dialog).toContainText('Happy birthday!');
  await expectAccessible(alice.page, 'choosing a time');
  await dialog.getByRole('button', { name: 'Tomorrow morning' }).click();
  await expect(dialog).toBeHidden();
  await expect(alice.screen.composer).toHaveValue('');
  await alice.page.getByText(/It will be sent/).waitFor();
  const conversation = alice.screen.conversation();

  await openLater(alice.page, 'Scheduled');
  const list = alice.page.getByRole('list', { name: 'Scheduled' });
  await expect(list).toContainText('Happy birthday!');
  await expectAccessible(alice.page, 'scheduled messages');
  await list.getByRole('button', { name: 'Edit' }).click();
  await alice.page.getByRole('dialog').getByLabel('Message').fill('Happy birthday, Bob!');
  await alice.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(list).toContainText('Happy birthday, Bob!');
  await list.getByRole('button', { name: 'Send now' }).click();
  await expect(alice.page.getByText('Nothing is scheduled')).toBeVisible();
  await bob.screen.openChat('Alice');
  await expect(bob.screen.message('Happy birthday, Bob!')).toBeVisible();

  // At its time it goes by itself.
  const soon = { client_id: 'soon', text: 'by itself', at: Date.now() + 3_000 };
  await server.call(alice, 'POST', `/conversations/${conversation}/scheduled`, soon);
  await expect(bob.screen.message('by itself')).toBeVisible();
});

test('a reminder comes back and is put away', async ({ person, server }) => {
  const alice = await person('Alice');
  await alice.screen.startNotes();
  await alice.screen.say('water the plants');
  await expect(alice.screen.message('water the plants')).toBeVisible();
  await fromMenu(alice.page, alice.screen.message('water the plants'), 'Remind me');
  const dialog = alice.page.getByRole('dialog', { name: 'Remind me' });
  await dialog.getByLabel('Note').fill('the big one too');
  await expectAccessible(alice.page, 'choosing when to be reminded');
  await dialog.getByLabel('Date and time').fill('2001-01-01T10:00');
  await dialog.getByRole('button', { name: 'Remind me' }).click();
  await expect(dialog).toContainText('Please choose a time ahead');
  await dialog.getByRole('button', { name: 'In 1 hour' }).click();
  await expect(dialog).toBeHidden();

  await openLater(alice.page, 'Reminders');
  const list = alice.page.getByRole('list', { name: 'Reminders' });
  await expect(list).toContainText('the big one too');
  const { reminders } = await server.call(alice, 'GET', '/me/reminders');
  await server.call(alice, 'PATCH', `/me/reminders/${reminders[0].id}`, { at: Date.now() + 3_000 });
  await expect(alice.page.getByText('Reminder: the big one too')).toBeVisible();
  await expect(list).toContainText('Due');
  await expect(alice.screen.list.getByRole('link', { name: /^Later.*1 due/ })).toBeVisible();
  await expectAccessible(alice.page, 'a due reminder');
  await list.getByRole('button', { name: 'Done' }).click();
  await expect(alice.page.getByText('No reminders')).toBeVisible();
});

test('messages are saved, and deleted for oneself only', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('the door code is 4711');
  await alice.screen.say('see you');
  await bob.screen.openChat('Alice');
  await fromMenu(bob.page, bob.screen.message('door code'), 'Save');
  await expect(bob.page.getByText('Saved. You find it under Later.')).toBeVisible();
  await fromMenu(bob.page, bob.screen.message('see you'), 'Delete for me');
  await expect(bob.screen.message('see you')).toBeHidden();
  await expect(alice.screen.message('see you')).toBeVisible();
  await bob.page.reload();
  await expect(bob.screen.message('door code')).toBeVisible();
  await expect(bob.screen.message('see you')).toBeHidden();

  await openLater(bob.page, 'Saved');
  const list = bob.page.getByRole('list', { name: 'Saved' });
  await expect(list).toContainText('the door code is 4711');
  await expectAccessible(bob.page, 'saved messages');
  await list.getByRole('button', { name: 'Open' }).click();
  await expect(bob.screen.message('door code')).toBeInViewport();
  await fromMenu(bob.page, bob.screen.message('door code'), 'Remove from saved');
  await openLater(bob.page, 'Saved');
  await expect(bob.page.getByText('Nothing is saved')).toBeVisible();
});
