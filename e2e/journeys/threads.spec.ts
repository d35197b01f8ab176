import { expectAccessible } from '../kit/axe.ts';
import { expect, test } from '../kit/test.ts';

test('a thread beside the conversation: answered, followed, and found again', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('Where shall we eat?');
  await bob.screen.openChat('Alice');

  // By keyboard: T on the message opens the thread, and one writes at once.
  const question = bob.screen.message('Where shall we eat?');
  await expect(question).toBeVisible();
  await bob.screen.walkTo('Where shall we eat?');
  await bob.page.keyboard.press('t');
  const thread = bob.page.getByRole('complementary', { name: 'Thread' });
  await expect(thread.getByRole('region', { name: 'The message of this thread' })).toContainText('Where shall we eat?');
  await expect(thread.getByRole('button', { name: 'Follow' })).toHaveAttribute('aria-pressed', 'false');
  await thread.getByRole('textbox').fill('At the harbour');
  await thread.getByRole('textbox').press('Enter');
  await expect(thread.getByRole('log')).toContainText('At the harbour');
  await expect(thread.getByRole('button', { name: 'Following' })).toHaveAttribute('aria-pressed', 'true');
  await expectAccessible(bob.page, 'thread');

  // Who asked follows from the start: the message tells, and the list of threads.
  await expect(alice.screen.message('Where shall we eat?').locator('..')).toContainText('1 reply');
  await alice.page.getByRole('link', { name: 'Threads' }).click();
  const threads = alice.page.getByRole('list', { name: 'Threads' });
  await expect(threads.getByRole('link')).toContainText('Where shall we eat?');
  await expect(threads.getByRole('link')).toContainText('1 unread');
  await expectAccessible(alice.page, 'threads');
  await threads.getByRole('link').click();
  const beside = alice.page.getByRole('complementary', { name: 'Thread' });
  await expect(beside.getByRole('log')).toContainText('At the harbour');
  await beside.getByRole('textbox').fill('Good');
  await beside.getByRole('textbox').press('Enter');
  await expect(thread.getByRole('log')).toContainText('Good');
  await expect(bob.screen.message('Where shall we eat?').locator('..')).toContainText('2 replies');
  // A thread is no line in the list of conversations.
  await expect(bob.page.getByRole('list', { name: 'Conversations' }).getByRole('listitem')).toHaveCount(1);
});
