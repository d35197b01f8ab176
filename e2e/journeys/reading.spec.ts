import { expectAccessible } from '../kit/axe.ts';
import type { Screen } from '../kit/person.ts';
import { expect, test } from '../kit/test.ts';

/** How far below the upper edge of the log a message stands, in whole pixels. */
async function placeOf(screen: Screen, text: string): Promise<number> {
  const [log, message] = [await screen.log.boundingBox(), await screen.message(text).boundingBox()];
  return Math.round((message?.y ?? 0) - (log?.y ?? 0));
}

test('a conversation is reopened where one left it, until there is something new', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  const alice_and_bob = alice.screen.conversation();
  await server.say(
    alice,
    alice_and_bob,
    Array.from({ length: 120 }, (_, at) => `#${at + 1} of a long story.`),
  );
  await alice.screen.startNotes();
  await alice.screen.openChat('Bob');
  await expect(alice.screen.message('#120 of')).toBeInViewport();

  await alice.screen.log.hover();
  // Far enough that older pages are fetched on the way.
  for (let turn = 0; turn < 40; turn++) await alice.page.mouse.wheel(0, -100);
  await expect(alice.page.getByRole('button', { name: 'To the present' })).toBeVisible();
  await expect(alice.screen.message('#120 of')).not.toBeInViewport();
  const seen = await alice.screen.inView();
  const middle = seen[Math.floor(seen.length / 2)] ?? '';
  const place = await placeOf(alice.screen, middle);

  await alice.screen.openChat('Notes to self');
  await alice.screen.openChat('Bob');
  await expect(alice.screen.message(middle)).toBeInViewport();
  expect(Math.abs((await placeOf(alice.screen, middle)) - place)).toBeLessThanOrEqual(1);

  // At the end one stays at the end.
  await alice.page.getByRole('button', { name: 'To the present' }).click();
  await expect(alice.screen.message('#120 of')).toBeInViewport();
  await alice.screen.openChat('Notes to self');
  await server.say(bob, alice_and_bob, ['#121 and what do you say?']);
  await expect(alice.screen.row('Bob')).toContainText('1 unread message');
  await alice.screen.openChat('Bob');
  await expect(alice.screen.message('#121 and')).toBeInViewport();
  await expect(alice.screen.log.getByRole('separator', { name: 'New' })).toBeInViewport();
});

test('only who looks has read: an open conversation in a window without focus stays unread', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('hello');
  await bob.screen.openChat('Alice');
  await expect(bob.screen.row('Alice')).not.toContainText('unread');

  await bob.page.evaluate(() => {
    document.hasFocus = () => false;
    window.dispatchEvent(new Event('blur'));
  });
  await alice.screen.say('are you there?');
  await expect(bob.screen.message('are you there?')).toBeInViewport();
  await expect(bob.screen.row('Alice')).toContainText('1 unread message');
  // Longer than the eye is given; a mark in between would have shown itself.
  await bob.page.waitForTimeout(1_000);
  await expect(bob.screen.row('Alice')).toContainText('1 unread message');

  await bob.page.evaluate(() => {
    document.hasFocus = () => true;
    window.dispatchEvent(new Event('focus'));
  });
  await expect(bob.screen.row('Alice')).not.toContainText('unread');
});

test('pills lead to what is new above and to the present, and a day leads to its beginning', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  const chat = alice.screen.conversation();
  await alice.screen.startNotes();
  await server.say(
    bob,
    chat,
    Array.from({ length: 60 }, (_, at) => `#${at + 1} of the news.`),
  );
  const last = (await server.history(alice, chat)).at(-1)?.seq;
  await expect(alice.screen.row('Bob')).toContainText('60 unread messages');

  await alice.screen.open(`/c/${chat}?seq=${last}`);
  await expect(alice.screen.message('#60 of')).toBeInViewport();
  const news = alice.page.getByRole('button', { name: '60 new' });
  await expectAccessible(alice.page, 'news above');
  await news.click();
  await expect(alice.screen.message('#1 of')).toBeInViewport();
  await expect(news).toBeHidden();
  await alice.page.getByRole('button', { name: 'To the present' }).click();
  await expect(alice.screen.message('#60 of')).toBeInViewport();
  await expect(news).toBeHidden();

  // By keyboard: the conversation's menu, a calendar, Enter on today.
  await alice.page.getByRole('button', { name: 'Conversation actions' }).focus();
  const keys = alice.page.keyboard;
  await keys.press('Enter');
  await alice.page.getByRole('menuitem', { name: 'Jump to a day' }).press('Enter');
  const calendar = alice.page.getByRole('dialog', { name: 'Jump to a day' });
  await expect(calendar).toBeVisible();
  await expectAccessible(alice.page, 'the calendar');
  await calendar.locator('[aria-current="date"]').press('Enter');
  await expect(calendar).toBeHidden();
  await expect(alice.screen.message('Your conversation begins here')).toBeInViewport();
});
