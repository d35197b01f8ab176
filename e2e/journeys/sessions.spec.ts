import { expect, test } from '../kit/test.ts';

test('a session ended elsewhere closes its page at once', async ({ person, otherDevice }) => {
  const alice = await person('Alice');
  const stolen = await otherDevice(alice);
  await alice.screen.settings('Security');
  const others = alice.page.getByRole('list', { name: 'Devices' }).getByRole('button', { name: /^Sign out / });
  await expect(others).toHaveCount(1);
  await others.click();
  await expect(others).toHaveCount(0);
  await expect(stolen.page.getByRole('heading', { name: 'You were signed out' })).toBeVisible();
  await stolen.page.reload();
  await expect(stolen.page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('a new password signs out every other device', async ({ person, otherDevice }) => {
  const alice = await person('Alice');
  const other = await otherDevice(alice);
  await alice.screen.settings('Security');
  await alice.page.getByLabel('Current password', { exact: true }).fill(alice.password);
  await alice.page.getByLabel('New password', { exact: true }).fill('another harbour, other plums');
  await alice.page.getByRole('button', { name: 'Change password' }).click();
  await expect(alice.page.getByText('Password changed.').first()).toBeVisible();
  await expect(other.page.getByRole('heading', { name: 'You were signed out' })).toBeVisible();
});

test('signing out leaves nothing behind, signing in brings it back', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('a private matter');
  await bob.screen.openChat('Alice');
  // The premise: it was here.
  await expect.poll(() => alice.screen.kept()).toContain('a private matter');

  await alice.screen.list.getByRole('link', { name: 'Settings' }).click();
  await alice.page.getByRole('button', { name: 'Sign out' }).click();
  await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(alice.page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  expect(await alice.screen.kept()).not.toContain('a private matter');

  await alice.signIn();
  await alice.screen.openChat('Bob');
  await expect(alice.screen.message('a private matter')).toBeVisible();
});

test('signing out without a network clears the device at once, and the session ends when the network is back', async ({
  person,
  otherDevice,
}) => {
  const alice = await person('Alice');
  await person('Bob');
  const other = await otherDevice(alice);
  await alice.screen.startDirect('Bob');
  await alice.screen.say('a private matter');
  await expect.poll(() => alice.screen.kept()).toContain('a private matter');

  await alice.screen.list.getByRole('link', { name: 'Settings' }).click();
  await alice.loseNetwork();
  await expect(alice.page.getByText('Not connected.')).toBeVisible({ timeout: 60_000 });
  await alice.page.getByRole('button', { name: 'Sign out' }).click();
  await expect(alice.page.getByRole('alertdialog')).toContainText('You are offline');
  await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(alice.page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  expect(await alice.screen.kept()).not.toContain('a private matter');

  const devices = other.page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
  await other.screen.settings('Security');
  // The premise: the server knows nothing of it yet.
  await expect(devices).toHaveCount(2);
  await alice.findNetwork();
  await expect(async () => {
    await other.page.reload();
    await expect(devices.first()).toBeVisible();
    expect(await devices.count()).toBe(1);
  }).toPass();
});
