import { devices } from '@playwright/test';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

test('on a phone one screen at a time, and Back leads back', async ({ person }) => {
  const alice = await person('Alice', PHONE);
  const bob = await person('Bob');
  await bob.screen.startDirect('Alice');
  await bob.screen.say('Are you on the train?');

  await expect(alice.screen.row('Bob')).toContainText('1 unread message');
  await alice.screen.row('Bob').tap();
  await expect(alice.screen.message('Are you on the train?')).toBeVisible();
  await expect(alice.screen.list).toBeHidden();
  // On touch Enter breaks the line and a button sends.
  await alice.screen.composer.fill('Yes');
  await alice.screen.composer.press('Enter');
  await alice.screen.composer.pressSequentially('window seat');
  await alice.page.getByRole('button', { name: 'Send', exact: true }).tap();
  await expect(bob.screen.message('window seat')).toBeVisible();

  await alice.page.getByRole('button', { name: 'Details' }).tap();
  await expect(alice.screen.details).toBeVisible();
  await alice.page.goBack();
  await expect(alice.screen.composer).toBeVisible();
  await alice.screen.back();
  await expect(alice.screen.list).toBeVisible();
  await expect(alice.screen.composer).toBeHidden();

  await alice.page.goForward();
  await expect(alice.screen.composer).toBeVisible();
  await alice.page.goBack();
  await expect(alice.screen.list).toBeVisible();
});

test('a deep link opens its screen, and Back still leads to the list', async ({ person }) => {
  const alice = await person('Alice', PHONE);
  await person('Bob');
  await alice.screen.startDirect('Bob');
  await alice.screen.composer.fill('hello');
  await alice.page.getByRole('button', { name: 'Send', exact: true }).tap();
  const linked = await alice.anotherTab(`/c/${alice.screen.conversation()}`);
  await expect(linked.message('hello')).toBeVisible();
  await linked.back();
  await expect(linked.list).toBeVisible();
});

test('nothing is wider than the phone, and everything is large enough for a finger', async ({ person }) => {
  const alice = await person('Alice With A Rather Long Name Indeed', PHONE);
  await person('Bob');
  const check = async () => {
    const wide = await alice.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, alice.page.url()).toBeLessThanOrEqual(0);
    for (const button of await alice.page.getByRole('button').all()) {
      const box = (await button.isVisible()) ? await button.boundingBox() : null;
      if (box && box.width > 1) expect(Math.min(box.width, box.height), await button.innerHTML()).toBeGreaterThanOrEqual(44);
    }
  };
  await check();
  await alice.screen.startDirect('Bob');
  await alice.screen.composer.fill('unbreakable'.repeat(30));
  await alice.page.getByRole('button', { name: 'Send', exact: true }).tap();
  await expect(alice.screen.message('unbreakable')).toBeVisible();
  await check();
  for (const path of ['/settings', '/settings/profile', '/settings/security', '/new']) {
    await alice.screen.open(path);
    await expect(alice.page.getByRole('main')).toBeVisible();
    await check();
  }
});
