import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

// Each screen is looked at four times: wide and narrow, light and dark.
test.describe.configure({ timeout: 180_000 });

test('the screens before sign-in', async ({ stranger }) => {
  const visitor = await stranger('Visitor');
  await visitor.screen.open('/');
  await expect(visitor.page.getByRole('heading', { name: 'Make this server yours' })).toBeVisible();
  await expectAccessible(visitor.page, 'first sign-up');
  await visitor.page.getByRole('button', { name: 'Create account' }).click();
  await expectAccessible(visitor.page, 'sign-up with a mistake');
  await visitor.signUp();
  const other = await stranger('Other');
  await other.screen.open('/login');
  await expect(other.page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expectAccessible(other.page, 'sign-in');
});

test('the list and a conversation', async ({ person }) => {
  const [alice] = [await person('Alice'), await person('Bob')];
  await expectAccessible(alice.page, 'nothing yet');
  await alice.screen.startDirect('Bob');
  await expectAccessible(alice.page, 'an empty conversation');
  await alice.screen.say('hello https://example.org and more');
  await expect(alice.screen.message('hello')).toBeVisible();
  await expectAccessible(alice.page, 'a conversation');
});

test('a group, its dialogs and the layers above', async ({ person }) => {
  const [alice] = [await person('Alice'), await person('Bob')];
  await alice.screen.startGroup('Lunch', ['Bob']);
  await alice.screen.openDetails();
  await expectAccessible(alice.page, 'a group with its details');
  for (const name of ['Rename', 'Add people', 'Leave']) {
    await alice.screen.details.getByRole('button', { name }).click();
    await expectAccessible(alice.page, name);
    await alice.page.keyboard.press('Escape');
  }
  await alice.page.keyboard.press('Control+k');
  await expect(alice.page.getByRole('combobox', { name: 'Find a conversation' })).toBeVisible();
  await expectAccessible(alice.page, 'the switcher');
  await alice.page.keyboard.press('Escape');
  await alice.page.keyboard.press('Control+/');
  await expect(alice.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await expectAccessible(alice.page, 'the shortcuts');
});

test('new chat and settings', async ({ person }) => {
  const [alice] = [await person('Alice'), await person('Bob')];
  for (const path of ['/new', '/settings', '/settings/profile', '/settings/appearance', '/settings/language']) {
    await alice.screen.open(path);
    await expect(alice.page.getByRole('main')).toBeVisible();
    await expectAccessible(alice.page, path);
  }
});

test('more settings, and what does not exist', async ({ person }) => {
  const [alice] = [await person('Alice'), await person('Bob')];
  // What does not exist is answered `not_found`, which the browser notes in the console.
  alice.expectNetworkFailures();
  for (const path of ['/settings/keyboard', '/settings/security', '/settings/about', '/debug/sync', '/c/1', '/nowhere']) {
    await alice.screen.open(path);
    await expect(alice.page.getByRole('main')).toBeVisible();
    await expectAccessible(alice.page, path);
  }
});

test('new messages are announced, once and politely', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('hello');
  await bob.screen.openChat('Alice');
  await expect(bob.screen.log).toHaveAttribute('aria-live', 'off');
  await alice.screen.say('can you hear this?');
  await expect(bob.page.getByRole('status').filter({ hasText: 'can you hear this?' })).toHaveCount(1);
});
