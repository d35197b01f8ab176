import { devices, type Page } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import type { Screen } from '../kit/person.ts';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

/** What can be done to a line of the list: its context menu, or on touch the sheet. */
async function act({ page, row }: { page: Page; row: ReturnType<Screen['row']> }, action: string): Promise<void> {
  await row.click({ button: 'right' });
  await page
    .getByRole('menuitem', { name: action, exact: true })
    .or(page.getByRole('dialog', { name: 'Conversation actions' }).getByRole('button', { name: action, exact: true }))
    .click();
}

const show = (page: Page, what: string) => page.getByRole('group', { name: 'Show' }).getByRole('button', { name: what });

/** The lines under one heading of the list. */
const part = (screen: Screen, name: string) =>
  screen.list.getByRole('list', { name, exact: true }).getByRole('listitem').getByRole('link');

test('what counts as unread, and what never does', async ({ person, otherDevice, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startGroup('Lunch', ['Bob']);
  await bob.screen.startNotes();
  const row = bob.screen.row('Lunch');
  await alice.screen.say('Soup today');
  await expect(row).toContainText('1 unread message');
  await expect(row).not.toContainText('mention');
  await alice.screen.composer.pressSequentially('What about you, @bob');
  await alice.page.getByRole('option', { name: /Bob/ }).click();
  await alice.screen.composer.press('Enter');
  await expect(row).toContainText('2 unread messages');
  await expect(row).toContainText('1 mention');
  // One's own words are nothing new, on any device.
  const elsewhere = await otherDevice(alice);
  await expect(elsewhere.screen.row('Lunch')).toContainText('What about you');
  for (const { screen } of [alice, elsewhere]) await expect(screen.row('Lunch')).not.toContainText('unread');

  // Neither is an edit or an emoji, also of what was read long ago.
  const id = alice.screen.conversation();
  await bob.screen.openChat('Lunch');
  await expect(row).not.toContainText('unread');
  await expect(row).not.toContainText('mention');
  await bob.screen.row('Only you can see this').click();
  await expect(bob.page.getByRole('main', { name: 'Notes to self' })).toBeVisible();
  const [soup] = (await server.history(alice, id)).filter(({ message }) => message?.text === 'Soup today');
  await server.call(alice, 'PATCH', `/conversations/${id}/messages/${soup?.seq}`, { text: 'Soup tomorrow' });
  await server.call(alice, 'PUT', `/conversations/${id}/messages/${soup?.seq}/reactions/${encodeURIComponent('👍')}`);
  await alice.screen.say('That is all');
  await expect(row).toContainText('1 unread message');
  await expect(row).not.toContainText('mention');
});

test('unread by hand, everything read at once, and the filters of the list', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  for (const title of ['Lunch', 'Chess', 'Choir']) {
    await alice.screen.startGroup(title, ['Bob']);
    await alice.screen.say(`welcome to ${title}`);
  }
  await alice.screen.composer.pressSequentially('sing, @bob');
  await alice.page.getByRole('option', { name: /Bob/ }).click();
  await alice.screen.composer.press('Enter');
  const { page, screen } = bob;
  await expect(screen.row('Choir')).toContainText('1 mention');

  await screen.openChat('Lunch');
  await expect(screen.row('Lunch')).not.toContainText('unread');
  await act({ page, row: screen.row('Lunch') }, 'Mark as unread');
  await expect(screen.row('Lunch').getByRole('img', { name: 'Marked as unread' })).toBeVisible();
  await act({ page, row: screen.row('Chess') }, 'Mark as read');
  await expect(screen.row('Chess')).not.toContainText('unread');

  await show(page, 'Unread').click();
  await expect(part(screen, 'Conversations')).toHaveText([/Choir/, /Lunch/]);
  await show(page, 'Mentions').click();
  await expect(part(screen, 'Conversations')).toHaveText([/Choir/]);
  // What is read stays in sight as long as it is open.
  await screen.openChat('Choir');
  await expect(screen.row('Choir')).not.toContainText('mention');
  await show(page, 'Mentions').click();
  await expect(screen.list.getByText('Nothing here')).toBeVisible();
  await show(page, 'Favourites').click();
  await expect(screen.list.getByText('Nothing here')).toBeVisible();
  await expectAccessible(page, 'a filter that leaves nothing');
  await screen.list.getByRole('button', { name: 'Show all' }).click();
  await expect(part(screen, 'Conversations')).toHaveText([/Choir/, /Chess/, /Lunch/]);

  await screen.list.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(screen.list.getByText(/unread message/)).toHaveCount(0);
  await expect(screen.list.getByRole('img', { name: 'Marked as unread' })).toHaveCount(0);
  await expect(screen.list.getByRole('button', { name: 'Mark all as read' })).toBeHidden();

  // Opening one that is unread by hand reads it.
  await act({ page, row: screen.row('Chess') }, 'Mark as unread');
  await screen.openChat('Chess');
  await expect(screen.row('Chess').getByRole('img', { name: 'Marked as unread' })).toBeHidden();
});

test('favourites under their own heading, and the archive one comes back from', async ({ person, otherDevice }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  for (const title of ['Lunch', 'Chess', 'Choir']) await alice.screen.startGroup(title, ['Bob']);
  const { page, screen } = alice;
  await act({ page, row: screen.row('Lunch') }, 'Add to favourites');
  await expect(screen.list.getByRole('heading', { name: 'Favourites' })).toBeVisible();
  await expect(part(screen, 'Favourites')).toHaveText([/Lunch/]);
  await expect(part(screen, 'Conversations')).toHaveText([/Choir/, /Chess/]);
  await expectAccessible(page, 'favourites');
  // On every device of one's own, and for nobody else.
  const elsewhere = await otherDevice(alice);
  await expect(part(elsewhere.screen, 'Favourites')).toHaveText([/Lunch/]);
  await expect(bob.screen.row('Lunch')).toBeVisible();
  await expect(bob.screen.list.getByRole('heading', { name: 'Favourites' })).toHaveCount(0);
  await show(page, 'Favourites').click();
  await expect(part(screen, 'Conversations')).toHaveText([/Lunch/]);
  await show(page, 'All').click();
  await act({ page, row: screen.row('Lunch') }, 'Remove from favourites');
  await expect(screen.list.getByRole('heading', { name: 'Favourites' })).toHaveCount(0);

  await act({ page, row: screen.row('Chess') }, 'Archive');
  await expect(screen.row('Chess')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(screen.row('Chess')).toBeVisible();
  await act({ page, row: screen.row('Chess') }, 'Archive');
  await expect(elsewhere.screen.row('Chess')).toHaveCount(0);
  // It stays there when somebody writes.
  await bob.screen.openChat('Chess');
  await bob.screen.say('checkmate');
  await screen.list.getByRole('button', { name: 'Archive (1)' }).click();
  await expect(screen.row('Chess')).toContainText('1 unread message');
  await screen.openChat('Chess');
  await page.getByRole('main').getByRole('button', { name: 'Conversation actions' }).click();
  await page.getByRole('menuitem', { name: 'Move out of the archive' }).click();
  await show(page, 'All').click();
  await expect(part(screen, 'Conversations')).toHaveText([/Chess/, /Choir/, /Lunch/]);
  await expect(screen.list.getByRole('button', { name: /Archive/ })).toHaveCount(0);
});

test('muted for a time and for ever, and how much a conversation calls', async ({ person, otherDevice }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startGroup('Lunch', ['Bob']);
  await alice.screen.say('Soup?');
  await alice.screen.startNotes();
  const { page, screen } = alice;
  const calls = page.getByRole('dialog', { name: /^Notifications of/ });
  await act({ page, row: screen.row('Lunch') }, 'Mute and notifications');
  await expect(calls.getByRole('radio', { name: 'All messages' })).toBeChecked();
  await calls.getByRole('button', { name: 'For 8 hours' }).click();
  await expect(calls.getByText(/^Muted until /)).toBeVisible();
  await expectAccessible(page, 'a muted conversation');
  await calls.getByRole('button', { name: 'Until I turn it back on' }).click();
  await expect(calls.getByText('Muted until you turn it back on.')).toBeVisible();
  await calls.getByRole('button', { name: 'Close' }).click();
  await expect(screen.row('Lunch').getByRole('img', { name: 'Muted' })).toBeVisible();

  // It is counted at its line, and nowhere else.
  await bob.screen.openChat('Lunch');
  await bob.screen.say('Noodles!');
  await expect(screen.row('Lunch')).toContainText('1 unread message');
  await expect(page).toHaveTitle(/^Notes to self/);
  const elsewhere = await otherDevice(alice);
  await expect(elsewhere.screen.row('Lunch').getByRole('img', { name: 'Muted' })).toBeVisible();
  await act({ page, row: screen.row('Lunch') }, 'Unmute');
  await expect(page).toHaveTitle(/^\(1\) Notes to self/);
  await expect(elsewhere.screen.row('Lunch').getByRole('img', { name: 'Muted' })).toBeHidden();

  await act({ page, row: screen.row('Lunch') }, 'Mute and notifications');
  await calls.getByRole('radio', { name: 'Nothing' }).check();
  await calls.getByRole('button', { name: 'Close' }).click();
  await expect(screen.row('Lunch').getByRole('img', { name: 'Muted' })).toBeVisible();
  await expect(page).toHaveTitle(/^Notes to self/);
  await act({ page, row: screen.row('Lunch') }, 'Mute and notifications');
  await calls.getByRole('radio', { name: 'Mentions and replies' }).check();
  await calls.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveTitle(/^\(1\) Notes to self/);
});

test('a draft goes along to another browser, and is gone from there once it is sent', async ({ person, otherDevice }) => {
  const [alice] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('hello');
  await alice.screen.composer.fill('half a tho');
  const phone = await otherDevice(alice, PHONE);
  await expect(phone.screen.row('Bob')).toContainText('Draft: half a tho');
  await phone.screen.row('Bob').tap();
  await expect(phone.screen.composer).toHaveValue('half a tho');
  await phone.screen.composer.fill('half a thought');
  await phone.page.getByRole('button', { name: 'Send' }).tap();
  await expect(alice.screen.message('half a thought')).toBeVisible();
  await expect(alice.screen.composer).toHaveValue('');
  await expect(alice.screen.row('Bob')).not.toContainText('Draft');
});

test('by keyboard alone', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  for (const title of ['Lunch', 'Chess', 'Choir']) {
    await alice.screen.startGroup(title, ['Bob']);
    await alice.screen.say(`welcome to ${title}`);
  }
  const { page, screen } = bob;
  const keys = page.keyboard;
  const choose = async (action: string) => {
    await keys.press('Shift+F10');
    await expect(page.getByRole('menu', { name: 'Conversation actions' })).toBeVisible();
    await page.getByRole('menuitem', { name: action, exact: true }).press('Enter');
    await expect(page.getByRole('menu')).toBeHidden();
  };
  await expect(screen.row('Choir')).toContainText('1 unread message');
  await show(page, 'All').focus();
  await keys.press('Tab');
  await keys.press('Enter');
  await expect(show(page, 'Unread')).toHaveAttribute('aria-pressed', 'true');
  await keys.press('Shift+Tab');
  await keys.press('Enter');
  await screen.row('Choir').focus();
  await keys.press('ArrowDown');
  await expect(screen.row('Chess')).toBeFocused();
  await choose('Add to favourites');
  await expect(part(screen, 'Favourites')).toHaveText([/Chess/]);
  // The focus goes with the line, and arrows cross the headings.
  await expect(screen.row('Chess')).toBeFocused();
  await keys.press('ArrowDown');
  await expect(screen.row('Choir')).toBeFocused();
  await keys.press('ArrowDown');
  await choose('Archive');
  await expect(screen.row('Lunch')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await expect(screen.row('Lunch')).toBeVisible();
  await keys.press('Alt+Shift+ArrowDown');
  await expect(page.getByRole('main', { name: 'Chess' })).toBeVisible();
  await expect(screen.row('Chess')).not.toContainText('unread');
});

test('under a finger', async ({ person }) => {
  const alice = await person('Alice', PHONE);
  const bob = await person('Bob');
  await bob.screen.startDirect('Alice');
  await bob.screen.say('Are you there?');
  await bob.screen.startGroup('Lunch', ['Alice']);
  await bob.screen.say('Soup?');
  const { page, screen } = alice;
  const there = 'Are you there?';
  const hold = (title: string) => screen.row(title).dispatchEvent('contextmenu', { bubbles: true, cancelable: true });
  const sheet = page.getByRole('dialog', { name: 'Conversation actions' });
  await expect(screen.row(there)).toContainText('1 unread message');
  await hold(there);
  await expectAccessible(page, 'what can be done to a conversation, under a finger');
  await sheet.getByRole('button', { name: 'Add to favourites' }).tap();
  await expect(part(screen, 'Favourites')).toHaveText([/Bob/]);
  await show(page, 'Favourites').tap();
  await expect(part(screen, 'Conversations')).toHaveText([/Bob/]);
  await show(page, 'All').tap();
  await hold('Lunch');
  await sheet.getByRole('button', { name: 'Archive' }).tap();
  await screen.list.getByRole('button', { name: 'Archive (1)' }).tap();
  await expect(screen.row('Lunch')).toContainText('1 unread message');
  await screen.list.getByRole('button', { name: 'Archive (1)' }).tap();
  await hold(there);
  await sheet.getByRole('button', { name: 'Mute and notifications' }).tap();
  const calls = page.getByRole('dialog', { name: 'Notifications of Bob' });
  await calls.getByRole('button', { name: 'For 1 hour' }).tap();
  await expect(calls.getByText(/^Muted until /)).toBeVisible();
  await calls.getByRole('button', { name: 'Close' }).tap();
  await screen.list.getByRole('button', { name: 'Mark all as read' }).tap();
  await expect(screen.row(there)).not.toContainText('unread');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
});
