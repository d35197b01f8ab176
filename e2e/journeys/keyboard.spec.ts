import { expect, test } from '../kit/test.ts';

test('the whole story by keyboard alone', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  const keys = alice.page.keyboard;

  await keys.press('Alt+n');
  const search = alice.page.getByRole('searchbox', { name: 'Search people by name or username' });
  await tabTo(search);
  await keys.type('Bob');
  const person_ = alice.page.getByRole('list', { name: 'People', exact: true }).getByRole('button', { name: 'Bob' });
  await expect(person_).toBeVisible();
  await tabTo(person_);
  await keys.press('Enter');
  // The composer has the focus by itself.
  await expect(alice.screen.composer).toBeFocused();
  await keys.type('first line');
  await keys.press('Shift+Enter');
  await keys.type('second line');
  await keys.press('Enter');
  await expect(alice.screen.message('second line')).toBeVisible();
  await bob.screen.openChat('Alice');
  await expect(bob.screen.message('first line')).toContainText('second line');

  await keys.press('Control+k');
  const switcher = alice.page.getByRole('combobox', { name: 'Find a conversation' });
  await expect(switcher).toBeFocused();
  await keys.press('Escape');
  await expect(switcher).toBeHidden();
  await expect(alice.screen.composer).toBeFocused();

  await keys.press('Control+/');
  await expect(alice.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await keys.press('Escape');
  await expect(alice.page.getByRole('dialog')).toBeHidden();
});

test('the switcher and the arrows go from conversation to conversation', async ({ person }) => {
  const [alice] = [await person('Alice'), await person('Bob'), await person('Carol')];
  for (const name of ['Bob', 'Carol']) {
    await alice.screen.startDirect(name);
    await alice.screen.say(`hello ${name}`);
  }
  const keys = alice.page.keyboard;
  await keys.press('Control+k');
  await expect(alice.page.getByRole('combobox', { name: 'Find a conversation' })).toBeFocused();
  await keys.type('bo');
  await keys.press('Enter');
  await expect(alice.page.getByRole('main', { name: 'Bob' })).toBeVisible();
  await keys.press('Alt+ArrowUp');
  await expect(alice.page.getByRole('main', { name: 'Carol' })).toBeVisible();
  await keys.press('Alt+ArrowDown');
  await expect(alice.page.getByRole('main', { name: 'Bob' })).toBeVisible();
});

test('the switcher finds people, too, and puts first where one goes most', async ({ person }) => {
  const [alice] = [await person('Alice'), await person('Bob'), await person('Carol')];
  const keys = alice.page.keyboard;
  const switcher = alice.page.getByRole('combobox', { name: 'Find a conversation' });
  await keys.press('Control+k');
  await expect(switcher).toBeFocused();
  await keys.type('car');
  await expect(alice.page.getByRole('option', { name: /Carol.*New chat/ })).toBeVisible();
  await keys.press('Enter');
  await expect(alice.page.getByRole('main', { name: 'Carol' })).toBeVisible();
  await alice.screen.say('hello');
  await alice.screen.startDirect('Bob');
  await alice.screen.say('hello');
  // Where one is, is not where one wants to go: Enter leads back.
  await keys.press('Control+k');
  await expect(alice.page.getByRole('option').first()).toContainText('Carol');
  await keys.press('Enter');
  await expect(alice.page.getByRole('main', { name: 'Carol' })).toBeVisible();
});

test('a shortcut that clashes is switched off alone', async ({ person }) => {
  const alice = await person('Alice');
  await alice.screen.settings('Keyboard');
  await alice.page.getByRole('switch', { name: 'New chat' }).click();
  await alice.page.keyboard.press('Alt+n');
  await alice.page.keyboard.press('Control+/');
  const sheet = alice.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toContainText('Find a conversation');
  await expect(sheet).toContainText('Reply');
  await expect(sheet).not.toContainText('New chat');
});

/** Presses Tab until the element has the focus: a keyboard must reach it. */
async function tabTo(target: import('@playwright/test').Locator): Promise<void> {
  const focused = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 40 && !(await focused()); presses++) await target.page().keyboard.press('Tab');
  await expect(target).toBeFocused();
}
