import { devices } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

test('what one writes in Markdown is drawn, a spoiler waits to be asked', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('# Plan\n\nsee **this**, ~~not that~~ and `code` at https://example.org/a_b_c\n- one\n- two\n> quoted');
  await alice.screen.say('```js\nconst answer = 42;\n```');
  await alice.screen.say('it was ||the **butler**||');
  await alice.screen.say('🎉');
  await bob.screen.openChat('Alice');
  const plan = bob.screen.message('Plan');
  await expect(plan.getByRole('listitem')).toHaveText(['one', 'two']);
  await expect(plan.getByRole('strong')).toHaveText('this');
  await expect(plan.getByRole('deletion').or(plan.locator('s'))).toHaveText('not that');
  await expect(plan.getByRole('blockquote')).toHaveText('quoted');
  await expect(plan.getByRole('link')).toHaveAttribute('rel', 'noopener noreferrer nofollow');
  await expect(bob.screen.message('const answer').getByText('const', { exact: true })).toBeVisible();

  // Neither the list nor the message tells it before it is asked.
  await expect(bob.screen.row('Alice')).not.toContainText('butler');
  const cover = bob.screen.log.getByRole('button', { name: 'Spoiler: show it' });
  await cover.press('Enter');
  await expect(cover).toBeHidden();
  await expect(bob.screen.log.getByRole('strong').filter({ hasText: 'butler' })).toBeVisible();
  await expectAccessible(bob.page, 'text of all kinds');
});

test('people, conversations and emoji are completed by keyboard, and whom one names is called', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await person('Bea');
  await alice.screen.startGroup('Lunch', ['Bob', 'Bea']);
  const keys = alice.page.keyboard;
  const options = alice.page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
  await expect(alice.screen.composer).toBeFocused();
  await keys.type('hi @b');
  await expect(options).toHaveCount(2);
  await expectAccessible(alice.page, 'suggestions');
  await keys.press('ArrowDown');
  await keys.press('ArrowUp');
  const meant = await alice.screen.composer.getAttribute('aria-activedescendant');
  await expect(options.filter({ hasText: 'Bob' })).toHaveAttribute('id', meant ?? '');
  await keys.press('Enter');
  await expect(alice.screen.composer).toHaveValue('hi @bob ');

  await keys.type('and @al');
  await expect(options.filter({ hasText: '@all' })).toBeVisible();
  await keys.press('Tab');
  await keys.type(':ta');
  await expect(options.first()).toBeVisible();
  await keys.press('Escape');
  await expect(options).toHaveCount(0);
  await keys.type('da: #lun');
  await expect(options).toHaveText(/Lunch/);
  await keys.press('Enter');
  await expect(alice.screen.composer).toHaveValue(/^hi @bob and @all 🎉 \[#Lunch\]\(http.*\/c\/\d+\) $/);
  // Undo takes back what was completed, as it would what was typed.
  await keys.press('Control+z');
  await expect(alice.screen.composer).toHaveValue('hi @bob and @all 🎉 #lun');
  await keys.press('Control+Shift+z');
  await keys.press('Enter');

  await bob.screen.openChat('Lunch');
  const message = bob.screen.message('hi @bob');
  await expect(message.getByText('@bob', { exact: true })).toHaveAttribute('title', 'Bob');
  await expect(message.getByText('@all', { exact: true })).toHaveAttribute('title', 'Everybody here');
  const before = bob.page.url();
  await message.getByRole('link', { name: '#Lunch' }).click();
  expect(bob.page.url()).toBe(before);
  await expect(bob.screen.composer).toBeVisible();
});

test('keys mark words, and pasted code stays code', async ({ person }) => {
  const alice = await person('Alice');
  await alice.screen.startNotes();
  const { keyboard: keys } = alice.page;
  await keys.type('very good');
  await keys.press('Control+Shift+ArrowLeft');
  await keys.press('Control+b');
  await expect(alice.screen.composer).toHaveValue('very **good**');
  await keys.press('Control+i');
  await expect(alice.screen.composer).toHaveValue('very **_good_**');
  await alice.page.getByRole('button', { name: 'Formatting' }).click();
  const help = alice.page.getByRole('dialog', { name: 'Formatting' });
  await expect(help.getByRole('button', { name: 'Spoiler' })).toBeVisible();
  await expectAccessible(alice.page, 'formatting');
  await help.getByRole('button', { name: 'Spoiler' }).click();
  await expect(alice.screen.composer).toHaveValue('very **_||good||_**');
  await expect(alice.screen.composer).toBeFocused();

  await alice.screen.composer.fill('');
  await alice.screen.composer.evaluate((input) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'if x:\n    *y*');
    clipboardData.setData('text/html', '<pre>if x:\n    *y*</pre>');
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(alice.screen.composer).toHaveValue('```\nif x:\n    *y*\n```');
});

test('an emoji is found, picked in one’s skin tone and remembered', async ({ person }) => {
  const alice = await person('Alice');
  await alice.screen.startNotes();
  await alice.screen.composer.fill('well done ');
  const open = alice.page.getByRole('button', { name: 'Emoji' });
  const picker = alice.page.getByRole('dialog', { name: 'Emoji' });
  await open.click();
  await expect(picker.getByRole('gridcell', { name: 'grinning face', exact: true })).toBeVisible();
  await expectAccessible(alice.page, 'the emoji');
  await picker.getByRole('button', { name: 'Skin tone: none' }).click();
  await picker.getByRole('searchbox', { name: 'Search emoji' }).fill('thumbs up');
  await expect(picker.getByRole('gridcell', { name: 'thumbs up' })).toBeVisible();
  await alice.page.keyboard.press('ArrowDown');
  await alice.page.keyboard.press('Enter');
  await expect(picker).toBeHidden();
  await expect(alice.screen.composer).toHaveValue('well done 👍🏻');
  await expect(alice.screen.composer).toBeFocused();
  await open.click();
  await picker.getByRole('group', { name: 'Used lately' }).getByRole('button', { name: '👍🏻' }).click();
  await expect(alice.screen.composer).toHaveValue('well done 👍🏻👍🏻');
  await open.click();
  await expect(picker).toBeVisible();
  await alice.page.keyboard.press('Escape');
  await expect(picker).toBeHidden();
  await expect(open).toBeFocused();
});

test('hostile text stays text, keeps its place and costs no time', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob', PHONE)];
  await alice.screen.startDirect('Bob');
  const floods = [
    '>'.repeat(10_000),
    '- '.repeat(5_000),
    '['.repeat(16_000),
    '*a '.repeat(5_000),
    'x'.repeat(16_000),
    'Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334'.repeat(700),
    '\u0336'.repeat(8_000),
    '\u202E\u2066\u2067a'.repeat(1_000),
  ];
  const attacks = [
    '<img src=x onerror="document.title=1"> [x](javascript:alert(1)) <https://x.org/"onclick=alert(1)>',
    '[bank](https://bank.example@evil.example) [https://bank.example](https://evil.example)',
    '||<svg onload=alert(1)>|| ![x](https://example.org/x.png)',
  ];
  for (const text of [...floods, ...attacks, 'the end']) await alice.screen.say(text);
  await expect(alice.screen.message('the end').getByText(/^(Sent|Delivered)$/)).toBeAttached();

  await bob.screen.row('Alice').tap();
  await expect(bob.screen.message('the end')).toBeVisible();
  for (const words of [
    '<img src=x onerror="document.title=1">',
    '[x](javascript:alert(1))',
    '[bank](https://bank.example@evil',
  ]) {
    await expect(bob.screen.message(words)).toHaveCount(1);
  }
  await expect(bob.screen.log.locator('img, script, iframe, svg[onload], [onerror], a[href^="javascript:"]')).toHaveCount(0);
  await expect(bob.screen.log.getByRole('link', { name: 'https://bank.example' })).toHaveCount(0);
  const wide = await bob.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  const overlaps = await bob.screen.log.evaluate((log) => log.scrollWidth - log.clientWidth);
  expect(overlaps).toBeLessThanOrEqual(0);
});

test('on a phone, suggestions and emoji are within reach of a thumb', async ({ person }) => {
  const alice = await person('Alice', PHONE);
  await person('Bob');
  await alice.screen.startGroup('Lunch', ['Bob']);
  await alice.screen.composer.tap();
  await alice.screen.composer.pressSequentially('hi @');
  const option = alice.page.getByRole('option', { name: 'Bob' });
  await expect(option).toBeVisible();
  expect((await option.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await option.tap();
  await expect(alice.screen.composer).toHaveValue('hi @bob ');
  await expect(alice.screen.composer).toBeFocused();

  await alice.page.getByRole('button', { name: 'Emoji' }).tap();
  const smile = alice.page.getByRole('gridcell', { name: 'grinning face', exact: true });
  await expect(smile).toBeVisible();
  const box = await alice.page.getByRole('dialog', { name: 'Emoji' }).boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
  await smile.tap();
  await expect(alice.screen.composer).toHaveValue('hi @bob 😀');
});
