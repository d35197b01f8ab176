import { devices } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

test('a reply shows what it answers, and leads there', async ({ person, otherDevice, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('Shall we meet at noon?');
  await bob.screen.openChat('Alice');

  await bob.screen.message('at noon').hover();
  await bob.screen.message('at noon').getByRole('button', { name: 'Reply', exact: true }).click();
  await expect(bob.page.getByRole('group', { name: 'Replying to' })).toContainText('Shall we meet at noon?');
  await expect(bob.screen.composer).toBeFocused();
  await expectAccessible(bob.page, 'replying');
  await bob.screen.say('Noon is fine');
  await expect(bob.page.getByRole('group', { name: 'Replying to' })).toBeHidden();
  await expect(alice.screen.message('Noon is fine')).toContainText('Shall we meet at noon?');

  // Far from what it answers, the quote is fetched by itself and leads there.
  const [question] = (await server.history(alice, bob.screen.conversation())).filter(({ message }) =>
    message?.text.includes('noon?'),
  );
  await server.say(
    alice,
    bob.screen.conversation(),
    Array.from({ length: 120 }, (_, i) => `#${i + 1} of many`),
  );
  await server.say(alice, bob.screen.conversation(), ['Still true?'], { reply_to: question?.seq ?? 0 });
  const elsewhere = await otherDevice(alice);
  await elsewhere.screen.row('Bob').click();
  const far = elsewhere.screen.message('Still true?');
  await expect(far).toContainText('Shall we meet at noon?');
  await expect(elsewhere.screen.message('Noon is fine')).toHaveCount(0);
  await far.getByRole('button', { name: 'To the message this answers' }).click();
  await expect(elsewhere.screen.message('Noon is fine')).toBeInViewport();
  await expect(elsewhere.screen.message('Shall we meet at noon?').first()).toBeInViewport();
});

test('by keyboard alone: arrows to a message, R replies, the menu copies', async ({ person }) => {
  const alice = await person('Alice');
  await alice.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await alice.screen.startNotes();
  for (const text of ['first note', 'second note', 'third note']) await alice.screen.say(text);
  await expect(alice.screen.message('third note')).toBeVisible();
  const keys = alice.page.keyboard;
  await keys.press('Shift+Tab');
  await expect(alice.screen.message('third note')).toBeFocused();
  await keys.press('ArrowUp');
  await expect(alice.screen.message('second note')).toBeFocused();
  await keys.press('r');
  await expect(alice.screen.composer).toBeFocused();
  await expect(alice.page.getByRole('group', { name: 'Replying to' })).toContainText('second note');
  await keys.press('Escape');
  await expect(alice.page.getByRole('group', { name: 'Replying to' })).toBeHidden();

  await keys.press('Shift+Tab');
  await keys.press('Home');
  await keys.press('ArrowDown');
  await expect(alice.screen.message('first note')).toBeFocused();
  await keys.press('Shift+F10');
  const menu = alice.page.getByRole('menu', { name: 'Message actions' });
  await expect(menu).toBeVisible();
  await expectAccessible(alice.page, 'the menu of a message');
  await menu.getByRole('menuitem', { name: 'Copy text' }).press('Enter');
  await expect(menu).toBeHidden();
  await expect(alice.screen.message('first note')).toBeFocused();
  expect(await alice.page.evaluate(() => navigator.clipboard.readText())).toBe('first note');
});

test('a link to a message opens it and shows which was meant', async ({ person }) => {
  const alice = await person('Alice');
  await alice.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await alice.screen.startNotes();
  await alice.screen.say('the place');
  await alice.screen.message('the place').click({ button: 'right' });
  await alice.page.getByRole('menuitem', { name: 'Copy link' }).click();
  await expect(alice.page.getByText('Link copied.')).toBeVisible();
  const link = await alice.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/c\/\d+\?seq=\d+$/);
  await alice.page.goto(link);
  await expect(alice.screen.message('the place')).toBeInViewport();
});

test('several messages are selected and copied', async ({ person }) => {
  const alice = await person('Alice');
  await alice.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await alice.screen.startNotes();
  for (const text of ['one', 'two', 'three']) await alice.screen.say(text);
  await alice.screen.message('one').click({ button: 'right' });
  await alice.page.getByRole('menuitem', { name: 'Select' }).click();
  await alice.screen.message('three').getByRole('checkbox').check();
  const bar = alice.page.getByRole('toolbar', { name: 'Selected messages' });
  await expect(bar).toContainText('2 selected');
  await expectAccessible(alice.page, 'selecting messages');
  await bar.getByRole('button', { name: 'Copy text' }).click();
  await expect(bar).toBeHidden();
  const copied = await alice.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/Alice, .*:\none\n\nAlice, .*:\nthree/);
});

test('under a finger: a long press opens a sheet, a swipe replies, a tap shows the buttons', async ({ person }) => {
  const alice = await person('Alice', PHONE);
  const bob = await person('Bob');
  await bob.screen.startDirect('Alice');
  await bob.screen.say('long or short?');
  await alice.screen.row('Bob').tap();
  const message = alice.screen.message('long or short?');
  await expect(message).toBeVisible();

  const finger = await alice.context.newCDPSession(alice.page);
  const box = await message.getByText('long or short?').boundingBox();
  if (!box) throw new Error('the message is not on the screen');
  const at = { x: box.x + 40, y: box.y + box.height / 2 };
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
  const sheet = alice.page.getByRole('dialog', { name: 'Message actions' });
  await expect(sheet).toBeVisible();
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expectAccessible(alice.page, 'the sheet of a message');
  await sheet.getByRole('button', { name: 'Reply', exact: true }).tap();
  await expect(sheet).toBeHidden();
  const replying = alice.page.getByRole('group', { name: 'Replying to' });
  await expect(replying).toContainText('long or short?');
  await replying.getByRole('button', { name: 'Do not reply' }).tap();

  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
  for (const by of [15, 30, 50, 70, 80]) {
    await finger.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: at.x + by, y: at.y }] });
  }
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect(replying).toBeVisible();
  await replying.getByRole('button', { name: 'Do not reply' }).tap();

  await message.getByText('long or short?').tap();
  const reply = message.getByRole('button', { name: 'Reply', exact: true });
  await expect(reply).toBeVisible();
  const size = await reply.boundingBox();
  expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(44);
});

test('the menu of a conversation opens on its line: by the mouse, and by key', async ({ person }) => {
  const alice = await person('Alice');
  await alice.screen.startNotes();
  await alice.screen.say('a note');
  const row = alice.screen.row('Notes to self');
  const menu = alice.page.getByRole('menu', { name: 'Conversation actions' });
  await row.click({ button: 'right' });
  await expect(menu).toBeVisible();
  // Where there is room for list and conversation: elsewhere only one of them is on screen.
  await expectAccessible(alice.page, 'the menu of a conversation', ['desktop']);
  await alice.page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await row.press('Shift+F10');
  await expect(menu).toBeVisible();
  await alice.page.keyboard.press('Escape');
  await expect(row).toBeFocused();
});
