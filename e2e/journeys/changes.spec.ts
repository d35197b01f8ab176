import { devices } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import type { Screen } from '../kit/person.ts';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

/** A line of the menu of a message. */
async function choose(screen: Screen, text: string, action: string): Promise<void> {
  await screen.message(text).getByText(text).click({ button: 'right' });
  await screen.page.getByRole('menuitem', { name: action }).click();
}

test('an edit is seen at once by all, and what was said before can be read', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('See you at noon');
  await bob.screen.openChat('Alice');
  await expect(bob.screen.message('noon')).toBeVisible();

  // What was being written rests while one edits, and is back after it.
  await alice.screen.composer.fill('half a thought');
  await choose(alice.screen, 'See you at noon', 'Edit');
  await expect(alice.page.getByRole('group', { name: 'Editing' })).toContainText('See you at noon');
  await expect(alice.screen.composer).toHaveValue('See you at noon');
  await expect(alice.screen.composer).toBeFocused();
  await expectAccessible(alice.page, 'editing');
  await alice.screen.composer.fill('See you at one');
  await alice.screen.composer.press('Enter');
  await expect(alice.page.getByRole('group', { name: 'Editing' })).toBeHidden();
  await expect(alice.screen.composer).toHaveValue('half a thought');
  await expect(bob.screen.message('See you at one')).toBeVisible();
  await expect(bob.screen.message('noon')).toHaveCount(0);

  await bob.screen
    .message('See you at one')
    .getByRole('button', { name: /^Edited/ })
    .click();
  const history = bob.page.getByRole('dialog', { name: 'Edits' });
  await expect(history.getByRole('listitem')).toHaveCount(2);
  await expect(history.getByRole('listitem').first()).toContainText('noonone');
  await expect(history.getByRole('listitem').last()).toContainText('See you at noon');
  await expectAccessible(bob.page, 'what a message said before');
  await bob.page.keyboard.press('Escape');
  await expect(history).toBeHidden();
  // Nobody edits what others wrote.
  await bob.screen.message('See you at one').getByText('See you').click({ button: 'right' });
  await expect(bob.page.getByRole('menuitem', { name: 'Copy text' })).toBeVisible();
  await expect(bob.page.getByRole('menuitem', { name: 'Edit' })).toHaveCount(0);
});

test('by keyboard: up edits the last own message, escape lets it be, E edits the focused one', async ({ person }) => {
  const alice = await person('Alice');
  await alice.screen.startNotes();
  await alice.screen.say('first note');
  await alice.screen.say('second note');
  const { keyboard } = alice.page;
  // What is still on its way cannot be edited: up would mean the one before.
  await expect(alice.screen.message('second note')).toHaveAttribute('data-seq', /./);
  await alice.screen.composer.press('ArrowUp');
  await expect(alice.screen.composer).toHaveValue('second note');
  await keyboard.press('Escape');
  await expect(alice.screen.composer).toHaveValue('');
  await keyboard.press('Shift+Tab');
  await expect(alice.screen.message('second note')).toBeFocused();
  await keyboard.press('ArrowUp');
  await keyboard.press('e');
  await expect(alice.screen.composer).toHaveValue('first note');
  await keyboard.press('End');
  await keyboard.type(', better');
  await keyboard.press('Enter');
  await expect(alice.screen.message('first note, better')).toBeVisible();
  await expect(alice.screen.message('first note, better')).toContainText('edited');
});

test('a deleted message can be had back; else it is gone for everybody', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  for (const text of ['keep me', 'lose me']) await alice.screen.say(text);
  await bob.screen.openChat('Alice');
  await expect(bob.screen.message('lose me')).toBeVisible();

  await choose(alice.screen, 'keep me', 'Delete for everyone');
  await expect(alice.screen.message('keep me')).toHaveCount(0);
  await expect(alice.screen.message('This message was deleted.')).toBeVisible();
  await alice.page.getByRole('button', { name: 'Undo' }).click();
  await expect(alice.screen.message('keep me')).toBeVisible();
  await expect(alice.screen.message('This message was deleted.')).toHaveCount(0);
  await expect(bob.screen.message('keep me')).toBeVisible();

  // By key, and the page goes before the toast does.
  await alice.screen.walkTo('lose me');
  await alice.page.keyboard.press('Delete');
  await expect(alice.screen.message('lose me')).toHaveCount(0);
  await expect(bob.screen.message('lose me')).toBeVisible();
  await alice.page.reload();
  await expect(bob.screen.message('This message was deleted.')).toBeVisible({ timeout: 25_000 });
  await expect(bob.screen.message('lose me')).toHaveCount(0);
  await expect(alice.screen.message('This message was deleted.')).toBeVisible();
  await expect(bob.screen.row('Alice')).toContainText('This message was deleted.');
  await expectAccessible(bob.page, 'a deleted message');
  // Nothing more can be done to it.
  await bob.screen.message('This message was deleted.').click({ button: 'right' });
  await expect(bob.page.getByRole('menu')).toHaveCount(0);
});

test('what was just sent is taken back, and its words are in the input again', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('hello');
  await bob.screen.openChat('Alice');
  await alice.screen.say('see you on Mars');
  await choose(alice.screen, 'see you on Mars', 'Undo sending');
  await expect(alice.screen.composer).toHaveValue('see you on Mars');
  await expect(bob.screen.message('This message was deleted.')).toBeVisible();
  await expect(bob.screen.message('Mars')).toHaveCount(0);
});

test('reactions by click and by keyboard; who reacted', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  await alice.screen.say('Cake at four');
  await bob.screen.openChat('Alice');
  const seen = bob.screen.message('Cake at four');
  const react = seen.getByRole('button', { name: 'React', exact: true });
  // The row may still move under the pointer while the rest of the page comes.
  await expect(async () => {
    await bob.page.mouse.move(0, 0);
    await seen.hover();
    await react.click({ timeout: 1_000 });
  }).toPass();
  const quick = bob.page.getByRole('dialog', { name: 'React', exact: true });
  await expect(quick).toBeVisible();
  await expectAccessible(bob.page, 'quick reactions');
  await quick.getByRole('button', { name: '❤️' }).click();
  await expect(quick).toBeHidden();
  const chip = alice.screen.message('Cake').getByRole('button', { name: /^❤️/ });
  await expect(chip).toHaveAttribute('aria-pressed', 'false');
  await chip.hover();
  await expect(chip).toHaveAccessibleName('❤️ Bob');
  await chip.click();
  await expect(chip).toHaveAttribute('aria-pressed', 'true');
  await expect(seen.getByRole('button', { name: /^❤️/ })).toContainText('2');
  await expectAccessible(alice.page, 'reactions');

  await alice.screen.walkTo('Cake');
  await alice.page.keyboard.press('+');
  await expect(alice.page.getByRole('dialog', { name: 'React', exact: true }).getByRole('button').first()).toBeFocused();
  await alice.page.keyboard.press('Enter');
  await expect(alice.screen.message('Cake')).toBeFocused();
  await expect(seen.getByRole('button', { name: /^👍/ })).toBeVisible();

  await chip.click({ button: 'right' });
  const who = alice.page.getByRole('dialog', { name: 'Reactions' });
  await expect(who.getByRole('listitem')).toHaveText([/Bob.*❤️/, /Alice.*❤️/, /Alice.*👍/]);
  await expectAccessible(alice.page, 'who reacted');
  await alice.page.keyboard.press('Escape');
  await alice.screen.message('Cake').getByRole('button', { name: /^👍/ }).click();
  await expect(seen.getByRole('button', { name: /^👍/ })).toHaveCount(0);
});

test('changes reach who was away, and those made without a network reach the others', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  for (const text of ['#1 to edit', '#2 to delete', '#3 to like']) await alice.screen.say(text);
  await bob.screen.openChat('Alice');
  await bob.screen.expectNumbers(3);

  const change = async ({ screen }: typeof alice, edited: string, emoji: string) => {
    await choose(screen, 'to edit', 'Edit');
    await expect(screen.composer).toHaveValue(/to edit/);
    await screen.composer.fill(`#1 to edit ${edited}`);
    await screen.composer.press('Enter');
    await screen.message('to like').hover();
    await screen.message('to like').getByRole('button', { name: 'React', exact: true }).click();
    await screen.page.getByRole('dialog', { name: 'React', exact: true }).getByRole('button', { name: emoji }).click();
  };
  await bob.loseNetwork();
  await change(alice, 'while you were away', '👍');
  await expect(alice.screen.message('to like').getByRole('button', { name: /^👍/ })).toBeVisible();
  await bob.findNetwork();
  await expect(bob.screen.message('while you were away')).toBeVisible({ timeout: 30_000 });
  await expect(bob.screen.message('to like').getByRole('button', { name: /^👍/ })).toBeVisible();

  await alice.loseNetwork();
  await change(alice, 'in the tunnel', '🙏');
  await choose(alice.screen, 'to delete', 'Delete for everyone');
  await expect(alice.screen.message('in the tunnel')).toBeVisible();
  await expect(alice.screen.message('to delete')).toHaveCount(0);
  await alice.page.getByRole('button', { name: 'Close' }).last().click();
  await expect(bob.screen.message('while you were away')).toBeVisible();
  await alice.findNetwork();
  await expect(bob.screen.message('in the tunnel')).toBeVisible({ timeout: 30_000 });
  await expect(bob.screen.message('to delete')).toHaveCount(0);
  await expect(bob.screen.message('to like').getByRole('button', { name: /^🙏/ })).toBeVisible();
});

test('under a finger: the sheet edits, reacts and deletes', async ({ person }) => {
  const alice = await person('Alice', PHONE);
  await alice.screen.startNotes();
  await alice.screen.say('small screen');
  const finger = await alice.context.newCDPSession(alice.page);
  const sheet = alice.page.getByRole('dialog', { name: 'Message actions' });
  const press = async (text: string) => {
    // What is on its way yet has no sheet.
    await expect(alice.screen.message(text)).toHaveAttribute('data-seq', /./);
    const box = await alice.screen.message(text).getByText(text).boundingBox();
    if (!box) throw new Error('the message is not on the screen');
    const at = { x: box.x + 20, y: box.y + box.height / 2 };
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
    await expect(sheet).toBeVisible();
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  await press('small screen');
  await sheet.getByRole('button', { name: 'React', exact: true }).tap();
  await alice.page.getByRole('dialog', { name: 'React', exact: true }).getByRole('button', { name: '😂' }).tap();
  await expect(alice.screen.message('small screen').getByRole('button', { name: /^😂/ })).toBeVisible();
  await press('small screen');
  await sheet.getByRole('button', { name: 'Edit', exact: true }).tap();
  await expect(alice.page.getByRole('group', { name: 'Editing' })).toBeVisible();
  await alice.screen.composer.fill('smaller screen');
  await alice.page.getByRole('button', { name: 'Send', exact: true }).tap();
  await expect(alice.screen.message('smaller screen')).toBeVisible();
  await press('smaller screen');
  await sheet.getByRole('button', { name: 'Delete', exact: true }).tap();
  await expect(alice.screen.message('This message was deleted.')).toBeVisible();
});
