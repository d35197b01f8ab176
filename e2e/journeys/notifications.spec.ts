import { type BrowserContext, devices, type Page } from '@playwright/test';
import { expectAccessible } from '../kit/axe.ts';
import type { Person } from '../kit/person.ts';
import type { Server } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };

interface Watched {
  /** What the system was asked to show. */
  shown: { title: string; body?: string; click: () => void }[];
  /** Tones that were played. */
  tones: number;
  away: boolean;
}

/** The system's notifications, the loudspeaker and whether anybody looks, as a test can see and set them. */
async function watch(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const watched: Watched = { shown: [], tones: 0, away: false };
    Object.assign(window, { watched });
    const known = () => localStorage.getItem('test_permission') ?? 'default';
    class Shown {
      static get permission() {
        return known();
      }
      static requestPermission() {
        localStorage.setItem('test_permission', 'granted');
        return Promise.resolve('granted');
      }
      onclick: (() => void) | undefined;
      constructor(title: string, { body }: { body?: string } = {}) {
        watched.shown.push({ title, ...(body !== undefined && { body }), click: () => this.onclick?.() });
      }
      close() {}
    }
    Object.assign(window, { Notification: Shown });
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...when) {
      watched.tones += 1;
      return start.apply(this, when);
    };
    Object.defineProperty(document, 'visibilityState', { get: () => (watched.away ? 'hidden' : 'visible') });
    document.hasFocus = () => !watched.away;
  });
}

const look = (page: Page, away: boolean) =>
  page.evaluate((now) => {
    (window as unknown as { watched: Watched }).watched.away = now;
    document.dispatchEvent(new Event('visibilitychange'));
  }, away);
const shown = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { watched: Watched }).watched.shown.map(({ title, body }) => `${title}: ${body ?? ''}`),
  );
const tones = (page: Page) => page.evaluate(() => (window as unknown as { watched: Watched }).watched.tones);

const toast = (page: Page, text: string) => page.getByRole('dialog').filter({ hasText: text });
const activity = (page: Page) => page.getByRole('link', { name: /^Activity/ });
const idOf = async (server: Server, person: Person): Promise<string> => (await server.call(person, 'GET', '/me')).id;

/** The seq of a message. */
async function seqOf(server: Server, person: Person, conversation: string, text: string): Promise<number> {
  const found = (await server.history(person, conversation)).find(({ message }) => message?.text === text);
  return found?.seq ?? 0;
}

test('Activity lists what is meant for one, and each leads to where it was said', async ({ person, server }) => {
  test.slow();
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  const { page, screen } = alice;
  await bob.screen.startGroup('Lunch', ['Alice']);
  await expect(activity(page)).toContainText('1 new');
  await screen.openChat('Lunch');
  await screen.say('Soup today?');
  const id = screen.conversation();
  const me = await idOf(server, alice);
  const path = `/conversations/${id}/messages`;
  const mine = await seqOf(server, alice, id, 'Soup today?');
  await screen.startNotes();
  const say = (client_id: string, text: string, more: object) =>
    server.call(bob, 'POST', path, { client_id, text, mentions: [], ...more });
  await say('r', 'Gladly', { reply_to: mine });
  await server.call(bob, 'PUT', `${path}/${mine}/reactions/${encodeURIComponent('🍜')}`);
  await say('m', 'And you, @alice?', { mentions: [me] });
  await say('e', '@all it is ready', { mentions: ['all'] });
  // What calls everybody counts for each of them.
  await expect(activity(page)).toContainText('5 new');

  await activity(page).click();
  const list = page.getByRole('main').getByRole('list', { name: 'Activity' });
  const lines = list.getByRole('link');
  await expect(lines).toHaveCount(5);
  for (const [at, words] of [
    [0, /Bob.* mentioned you in .*Lunch.*@all it is ready/],
    [1, /Bob.* mentioned you in .*Lunch.*And you, @alice\?/],
    [2, /Bob.* reacted with .*🍜.* in .*Lunch.*Soup today\?/],
    [3, /Bob.* answered you in .*Lunch.*Gladly/],
    [4, /Bob.* brought you into .*Lunch/],
  ] as const) {
    await expect(lines.nth(at)).toHaveText(words);
    await expect(lines.nth(at)).toContainText('New');
  }
  await expectAccessible(page, 'activity');
  // To look at it is to have seen it; what was new stands out until one goes.
  await expect(activity(page)).not.toContainText('new');
  await expect(lines.nth(0)).toContainText('New');

  for (const [at, text] of [
    [0, 'it is ready'],
    [1, 'And you'],
    [2, 'Soup today?'],
    [3, 'Gladly'],
  ] as const) {
    await lines.nth(at).click();
    await expect(page.getByRole('main', { name: 'Lunch' })).toBeVisible();
    await expect(screen.message(text).first()).toBeInViewport();
    await page.goBack();
  }
  await lines.nth(4).click();
  await expect(page.getByRole('main', { name: 'Lunch' })).toBeVisible();
  await page.goBack();
  await expect(lines.nth(0)).not.toContainText('New');
});

test('who is called in a thread follows it, hears it, and is led there', async ({ person, server }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  const { page, screen } = alice;
  await bob.screen.startGroup('Lunch', ['Alice']);
  await bob.screen.say('Where?');
  const id = bob.screen.conversation();
  const seq = await seqOf(server, bob, id, 'Where?');
  const { id: thread } = await server.call(bob, 'POST', `/conversations/${id}/messages/${seq}/thread`);
  await screen.startNotes();
  const mentions = [await idOf(server, alice)];
  await server.call(bob, 'POST', `/conversations/${thread}/messages`, { client_id: 't', text: 'You know it, @alice', mentions });
  await expect(toast(page, 'Thread in Lunch: Bob: You know it, @alice')).toBeVisible();
  await expect(page.getByRole('link', { name: /^Threads/ })).toContainText('1 with something new');
  await activity(page).click();
  await page
    .getByRole('main')
    .getByRole('link', { name: /You know it/ })
    .click();
  const beside = page.getByRole('complementary', { name: 'Thread' });
  await expect(beside.getByRole('log')).toContainText('You know it, @alice');
  await expect(beside.getByRole('button', { name: 'Following' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('link', { name: /^Threads/ })).not.toContainText('new');
  await expect(toast(page, 'Thread in Lunch')).toBeHidden();
});

test('what calls while one looks at something else: a toast, a sound, the title and the icon', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await watch(alice.context);
  const { page, screen } = alice;
  await page.reload();
  await screen.startNotes();
  await bob.screen.startDirect('Alice');
  await bob.screen.say('Are you there?');
  await expect(toast(page, 'Bob: Are you there?')).toBeVisible();
  expect(await tones(page)).toBe(1);
  await expect(page).toHaveTitle(/^\(1\) /);
  const icon = page.locator('link[rel="icon"]');
  await expect(icon).toHaveAttribute('href', /unread/);
  await toast(page, 'Bob: Are you there?').getByRole('button', { name: 'Open' }).click();
  await expect(screen.message('Are you there?')).toBeVisible();
  await expect(page).toHaveTitle(/^Bob/);
  await expect(icon).not.toHaveAttribute('href', /unread/);
  // What one looks at needs no call.
  await bob.screen.say('There you are');
  await expect(screen.message('There you are')).toBeVisible();
  await expect(toast(page, 'There you are')).toHaveCount(0);
  expect(await tones(page)).toBe(1);
  expect(await shown(page)).toEqual([]);

  await screen.row('Only you can see this').click();
  await bob.screen.say('And gone');
  // It stays while one points at it.
  await toast(page, 'Bob: And gone').hover();
  await expectAccessible(page, 'a toast');
});

test('notifications of the system: offered once, shown while nobody looks, and they lead there', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await watch(alice.context);
  const { page, screen } = alice;
  await page.reload();
  const card = page.getByRole('region', { name: 'Notifications on this device' });
  await screen.startDirect('Bob');
  await expect(card).toBeHidden();
  await screen.say('Write to me');
  await expect(card).toBeVisible();
  await expectAccessible(page, 'the offer of notifications');
  await card.getByRole('button', { name: 'Turn on' }).click();
  await expect(card).toBeHidden();
  await screen.startNotes();
  await expect(page.getByRole('main', { name: 'Notes to self' })).toBeVisible();

  await look(page, true);
  await bob.screen.openChat('Alice');
  await bob.screen.say('Now **I** do');
  await expect.poll(() => shown(page)).toEqual(['Bob: Now I do']);
  await expect(toast(page, 'Now I do')).toHaveCount(0);
  await page.evaluate(() => (window as unknown as { watched: Watched }).watched.shown[0]?.click());
  await look(page, false);
  await expect(page.getByRole('main', { name: 'Bob' })).toBeVisible();
  await expect(screen.message('Now I do')).toBeVisible();

  // Without what was said, and not at all.
  await screen.settings('Notifications');
  await page.getByRole('switch', { name: 'Show what was said' }).click();
  await look(page, true);
  await bob.screen.say('a secret');
  await expect.poll(() => shown(page)).toEqual(['Bob: Now I do', 'Bob: New message']);
  await look(page, false);
  await page.getByRole('switch', { name: "On this device's desktop" }).click();
  await expect(page.getByRole('switch', { name: "On this device's desktop" })).toHaveAttribute('aria-checked', 'false');
  await look(page, true);
  await bob.screen.say('unheard');
  await expect(screen.row('Bob')).toContainText('2 unread messages');
  expect(await shown(page)).toHaveLength(2);
});

test('the settings: sounds to listen to and choose, kept on the account', async ({ person, otherDevice }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await watch(alice.context);
  const { page, screen } = alice;
  await page.reload();
  await screen.settings('Notifications');
  await expect(page.getByRole('radio', { name: 'Soft' })).toBeChecked();
  await page.getByRole('button', { name: 'Listen to Chime' }).click();
  await expect.poll(() => tones(page)).toBe(2);
  await expectAccessible(page, 'settings of notifications');
  // By keyboard: arrows choose.
  await page.getByRole('radio', { name: 'Soft' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Pop' })).toBeChecked();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('radio', { name: 'None' })).toBeChecked();
  const phone = await otherDevice(alice, PHONE);
  await phone.screen.settings('Notifications');
  await expect(phone.page.getByRole('radio', { name: 'None' })).toBeChecked();
  await bob.screen.startDirect('Alice');
  await bob.screen.say('psst');
  await expect(toast(page, 'psst')).toBeVisible();
  expect(await tones(page)).toBe(2);
  await page.getByRole('switch', { name: 'Inside Parlor' }).click();
  await toast(page, 'psst').getByRole('button', { name: 'Close' }).click();
  await bob.screen.say('quietly');
  await expect(screen.row('Bob')).toContainText('2 unread messages');
  await expect(toast(page, 'quietly')).toHaveCount(0);
});

test('do not disturb, by hand and by the clock', async ({ person }) => {
  const alice = await person('Alice', PHONE);
  const bob = await person('Bob');
  await watch(alice.context);
  const { page, screen } = alice;
  await page.reload();
  await activity(page).tap();
  await expect(page.getByText('Nothing yet')).toBeVisible();
  const quiet = page.getByRole('button', { name: /^Do not disturb/ });
  await quiet.tap();
  await expect(quiet).toHaveAttribute('aria-pressed', 'true');
  await expectAccessible(page, 'do not disturb');
  await bob.screen.startDirect('Alice');
  await bob.screen.say('one');
  await expect(page).toHaveTitle(/^\(1\) /);
  await expect(toast(page, 'one')).toHaveCount(0);
  await quiet.tap();
  await expect(quiet).toHaveAttribute('aria-pressed', 'false');
  await bob.screen.say('two');
  await expect(toast(page, 'Bob: two')).toBeVisible();
  expect(await tones(page)).toBe(1);
  await toast(page, 'Bob: two').getByRole('button', { name: 'Close' }).tap();

  await screen.back();
  await screen.settings('Notifications');
  await expect(page.getByText('Off.', { exact: true })).toBeVisible();
  await page.getByRole('switch', { name: 'Quiet hours' }).tap();
  await page.getByLabel('From', { exact: true }).fill('00:00');
  await page.getByLabel('To', { exact: true }).fill('23:59');
  await expect(page.getByText('On by your quiet hours.')).toBeVisible();
  await expectAccessible(page, 'quiet hours');
  await bob.screen.say('three');
  await expect(page).toHaveTitle(/^\(3\) /);
  await expect(toast(page, 'three')).toHaveCount(0);
  expect(await tones(page)).toBe(1);
  await page.getByRole('button', { name: 'Turn off' }).tap();
  await expect(page.getByText('Off.', { exact: true })).toBeVisible();
  await bob.screen.say('four');
  await expect(toast(page, 'Bob: four')).toBeVisible();
});
