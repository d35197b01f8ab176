import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

test('what is pinned stands above the messages and in the details, for all', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('The door code is 4711');
  await bob.screen.openChat('Alice');
  await expect(bob.screen.message('door code')).toBeVisible();
  await server.say(
    alice,
    alice.screen.conversation(),
    Array.from({ length: 60 }, (_, i) => `#${i + 1} of many`),
  );
  await expect(bob.screen.message('#60 of many')).toBeVisible();

  await alice.screen.message('#60 of many').getByText('#60').click({ button: 'right' });
  await alice.page.getByRole('menuitem', { name: 'Pin' }).click();
  const banner = bob.page.getByRole('button', { name: /^Pinned message/ });
  await expect(banner).toContainText('#60 of many');
  await expect(bob.screen.message('#60 of many').getByRole('img', { name: 'Pinned' })).toBeVisible();
  await bob.screen.message('door code').getByText('door code').click({ button: 'right' });
  await bob.page.getByRole('menuitem', { name: 'Pin' }).click();
  await expect(banner).toContainText('door code');
  await expect(banner).toContainText('1 of 2');
  await banner.click();
  await expect(bob.screen.message('door code')).toBeInViewport();
  await expect(banner).toContainText('#60 of many');
  await banner.click();
  await expect(bob.screen.message('#60 of many')).toBeInViewport();
  await expectAccessible(bob.page, 'pinned messages');

  await bob.screen.openDetails();
  const pins = bob.screen.details.getByRole('region', { name: 'Pinned messages' });
  await expect(pins.getByRole('listitem')).toHaveCount(2);
  await expectAccessible(bob.page, 'pinned messages in the details');
  await pins.getByRole('listitem').filter({ hasText: '#60' }).getByRole('button', { name: 'Unpin' }).click();
  await expect(pins.getByRole('listitem')).toHaveCount(1);
  await expect(alice.page.getByRole('button', { name: 'Pinned message', exact: false })).toContainText('door code');
  await expect(alice.screen.message('#60 of many').getByRole('img', { name: 'Pinned' })).toHaveCount(0);
});

test('what was linked stands in the details, and leads to where it was said', async ({ person }) => {
  const alice = await person('Alice');
  await alice.screen.startNotes();
  await alice.screen.openDetails();
  const links = alice.screen.details.getByRole('region', { name: 'Links' });
  await expect(links).toContainText('Nothing was linked here.');
  await alice.screen.say('Read [this](https://example.org/book) and https://www.example.org/shelf/');
  await expect(links.getByRole('link', { name: 'example.org/book' })).toHaveAttribute('href', 'https://example.org/book');
  await expect(links.getByRole('link', { name: 'example.org/shelf' })).toBeVisible();
  await expectAccessible(alice.page, 'links in the details');
  await links.getByRole('button', { name: 'To the message' }).first().click();
  await expect(alice.screen.message('Read this')).toBeInViewport();
});

test('messages are forwarded to several conversations, by keyboard', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await person('Carol');
  await alice.screen.startDirect('Bob');
  await alice.screen.say('Meet me at the pier');
  await bob.screen.openChat('Alice');
  await expect(bob.screen.message('pier')).toBeVisible();
  await bob.screen.startDirect('Carol');
  await bob.screen.startNotes();
  await bob.screen.openChat('Alice');
  await bob.screen.composer.press('Shift+Tab');
  await expect(bob.screen.message('pier')).toBeFocused();
  await bob.page.keyboard.press('f');
  const dialog = bob.page.getByRole('dialog', { name: 'Forward a message' });
  await expect(dialog.getByRole('searchbox', { name: 'Find a conversation' })).toBeFocused();
  await expectAccessible(bob.page, 'forwarding');
  await bob.page.keyboard.type('car');
  await bob.page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Carol' })).toHaveAttribute('aria-pressed', 'true');
  await dialog.getByRole('searchbox').fill('notes');
  await bob.page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('button', { name: 'Notes to self' })).toBeFocused();
  await bob.page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(bob.page.getByText('Forwarded.')).toBeVisible();
  await bob.screen.openChat('Carol');
  await expect(bob.screen.message('Meet me at the pier')).toContainText(/Forwarded from .*Alice/);
  await bob.screen.row('Notes to self').click();
  await expect(bob.screen.message('Meet me at the pier')).toContainText(/Forwarded from .*Alice/);
  await expectAccessible(bob.page, 'a forwarded message');
});

test('several messages are selected, forwarded and deleted', async ({ person }) => {
  const alice = await person('Alice');
  await person('Bob');
  await alice.screen.startDirect('Bob');
  await alice.screen.startNotes();
  for (const text of ['one', 'two', 'three']) await alice.screen.say(text);
  const select = async () => {
    await alice.screen.message('one').getByText('one').click({ button: 'right' });
    await alice.page.getByRole('menuitem', { name: 'Select' }).click();
    await alice.screen.message('three').getByRole('checkbox').check();
  };
  const bar = alice.page.getByRole('toolbar', { name: 'Selected messages' });
  await select();
  await bar.getByRole('button', { name: 'Forward' }).click();
  const dialog = alice.page.getByRole('dialog', { name: 'Forward 2 messages' });
  await dialog.getByRole('button', { name: 'Bob' }).click();
  await dialog.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect(alice.screen.row('Bob')).toContainText('three');
  await select();
  await bar.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(alice.page.getByText('2 messages deleted.')).toBeVisible();
  await expect(alice.screen.message('This message was deleted.')).toHaveCount(2);
  await alice.page.getByRole('button', { name: 'Undo' }).click();
  await expect(alice.screen.message('This message was deleted.')).toHaveCount(0);
  await expect(alice.screen.message('three')).toBeVisible();
});
