import { devices } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import { Server } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

test('people one writes to often are kept, removed and taken back', async ({ person }) => {
  const alice = await person('Alice');
  await person('Bob');
  await alice.screen.list.getByRole('link', { name: 'Contacts' }).click();
  await expect(alice.page.getByText('No contacts yet')).toBeVisible();
  await expectAccessible(alice.page);
  await alice.page.getByRole('button', { name: 'Add a contact' }).click();
  const dialog = alice.page.getByRole('dialog', { name: 'Add a contact' });
  await dialog.getByRole('button', { name: 'Bob' }).click();
  const contacts = alice.page.getByRole('list', { name: 'Contacts' });
  await expect(contacts.getByRole('listitem')).toHaveText([/Bob/]);
  await expectAccessible(alice.page);
  await contacts.getByRole('button', { name: 'Remove Bob' }).click();
  await expect(alice.page.getByText('No contacts yet')).toBeVisible();
  await alice.page.getByRole('button', { name: 'Undo' }).click();
  await expect(contacts.getByRole('listitem')).toHaveText([/Bob/]);
  await contacts.getByRole('button', { name: 'Write to Bob' }).click();
  await expect(alice.page.getByRole('main', { name: 'Bob' })).toBeVisible();
});

test('who is blocked says nothing and cannot tell', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await bob.screen.startDirect('Alice');
  await bob.screen.say('Hello');
  await alice.screen.openChat('Bob');
  await expect(alice.screen.message('Hello')).toBeVisible();
  await alice.page.getByRole('main').getByRole('button', { name: 'Conversation actions' }).click();
  await alice.page.getByRole('menuitem', { name: 'Block' }).click();
  await expect(alice.page.getByText('You blocked Bob')).toBeVisible();
  await expect(alice.screen.composer).toBeHidden();
  await expectAccessible(alice.page);
  await bob.screen.say('Are you there?');
  await expect(bob.screen.message('Are you there?')).toBeVisible();
  await alice.screen.settings('Blocked people');
  const blocked = alice.page.getByRole('list', { name: 'Blocked people' });
  await expect(blocked.getByRole('listitem')).toHaveText([/Bob/]);
  await expectAccessible(alice.page);
  await blocked.getByRole('button', { name: 'Unblock Bob' }).click();
  await expect(alice.page.getByText('You have blocked nobody.')).toBeVisible();
  await bob.screen.say('Hello again');
  await alice.screen.openChat('Bob');
  await expect(alice.screen.message('Hello again')).toBeVisible();
  await expect(alice.screen.message('Are you there?')).toHaveCount(0);
});

test('in a group the words of who is blocked are covered', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await bob.screen.startGroup('Lunch', ['Alice']);
  await bob.screen.say('Soup today');
  await alice.screen.openChat('Lunch');
  await alice.screen.message('Soup today').getByRole('button', { name: 'Bob' }).click();
  const card = alice.page.getByRole('dialog', { name: 'Bob' });
  await expectAccessible(alice.page);
  await card.getByRole('button', { name: 'Block' }).click();
  await expect(card.getByRole('button', { name: 'Unblock' })).toBeVisible();
  await alice.page.keyboard.press('Escape');
  const covered = alice.screen.message('Blocked message');
  await expect(covered).toBeVisible();
  await expect(alice.screen.message('Soup today')).toHaveCount(0);
  await covered.getByRole('button', { name: 'Show' }).click();
  await expect(alice.screen.message('Soup today')).toBeVisible();
});

test.describe('where strangers ask first', () => {
  test.use({
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture uses from its pattern
    server: async ({}, use) => {
      const server = await Server.create({ PARLOR_APP_REQUESTS: 'strangers' });
      await use(server);
      await server.remove();
    },
  });

  for (const [where, options] of Object.entries({ desk: undefined, phone: PHONE })) {
    test(`a request waits apart, its links lead nowhere, and accepting makes it a chat (${where})`, async ({ person }) => {
      const alice = await person('Alice', options);
      const eve = await person('Eve');
      await eve.screen.startDirect('Alice');
      await eve.screen.say('Look at https://example.org/prize');
      const entry = alice.screen.list.getByRole('link', { name: 'Requests' });
      await expect(entry).toContainText('1 request');
      await expect(alice.screen.row('Look at')).toHaveCount(0);
      await entry.click();
      await expectAccessible(alice.page);
      await alice.page.getByRole('list', { name: 'Waiting' }).getByRole('link', { name: 'Eve' }).click();
      await expect(alice.screen.message('Look at https://example.org/prize')).toBeVisible();
      await expect(alice.screen.log.getByRole('link')).toHaveCount(0);
      await expect(alice.screen.composer).toHaveCount(0);
      await expectAccessible(alice.page);
      await alice.page.getByRole('region', { name: 'Request' }).getByRole('button', { name: 'Accept' }).click();
      await expect(alice.screen.composer).toBeVisible();
      await expect(alice.screen.log.getByRole('link', { name: 'https://example.org/prize' })).toBeVisible();
      await alice.screen.composer.fill('No, thank you');
      await alice.page.getByRole('button', { name: 'Send', exact: true }).click();
      await expect(eve.screen.message('No, thank you')).toBeVisible();
    });
  }

  test('what is ignored does not come back by itself', async ({ person }) => {
    const [alice, eve] = [await person('Alice'), await person('Eve')];
    await eve.screen.startDirect('Alice');
    await eve.screen.say('Hello');
    await alice.screen.list.getByRole('link', { name: 'Requests' }).click();
    await alice.page.getByRole('list', { name: 'Waiting' }).getByRole('link', { name: 'Eve' }).click();
    await alice.page.getByRole('button', { name: 'Ignore' }).click();
    const ignored = alice.page.getByRole('list', { name: 'Ignored' });
    await expect(ignored.getByRole('listitem')).toHaveText([/Eve/]);
    await eve.screen.say('Hello?');
    await expect(ignored.getByRole('listitem')).toHaveText([/Hello\?/]);
    await expect(alice.page.getByRole('list', { name: 'Waiting' })).toHaveCount(0);
    await expect(alice.screen.list.getByRole('link', { name: 'Requests' })).not.toContainText('request', { ignoreCase: false });
  });
});
