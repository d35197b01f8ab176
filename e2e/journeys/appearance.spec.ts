import { expect, test } from '../kit/test.ts';

test('the theme follows the system until one is chosen, and goes along to other devices', async ({ person, otherDevice }) => {
  const alice = await person('Alice');
  const background = () => alice.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await alice.page.emulateMedia({ colorScheme: 'light' });
  const light = await background();
  await alice.page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(background).not.toBe(light);

  await alice.screen.settings('Appearance');
  await alice.page.getByRole('radio', { name: 'Light' }).click();
  await expect(alice.page.getByRole('radio', { name: 'Light' })).toBeChecked();
  await expect.poll(background).toBe(light);
  await alice.page.reload();
  await expect.poll(background).toBe(light);

  const other = await otherDevice(alice, { colorScheme: 'dark' });
  await expect.poll(() => other.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(light);
});

test('the language changes at once and is kept', async ({ person }) => {
  const alice = await person('Alice');
  await alice.screen.settings('Language');
  await alice.page.getByRole('combobox', { name: 'Language of the interface' }).click();
  await alice.page.getByRole('option', { name: 'Deutsch' }).click();
  await expect(alice.page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(
    alice.page
      .getByRole('heading', { level: 1 })
      .or(alice.page.getByRole('heading', { level: 2 }))
      .first(),
  ).not.toHaveText('Language');
  await alice.page.reload();
  await expect(alice.page.locator('html')).toHaveAttribute('lang', 'de');
});

test('the device says which language before anybody has signed in', async ({ stranger }) => {
  const visitor = await stranger('Besuch', { locale: 'de-DE' });
  await visitor.screen.open('/signup');
  await expect(visitor.page.locator('html')).toHaveAttribute('lang', 'de');
});
