import { expect, test } from '../kit/test.ts';

test('two people on a fresh server find each other and talk', async ({ person, stranger }) => {
  const alice = await stranger('Alice Ahlgren');
  await alice.screen.open('/');
  await expect(alice.page.getByRole('heading', { name: 'Make this server yours' })).toBeVisible();
  await alice.signUp();
  await expect(alice.page.getByText('No conversations yet')).toBeVisible();

  const bob = await person('Bob Brandt');
  await bob.screen.startDirect(alice.name);
  await bob.screen.say('Hello Alice, is this ours now?');

  await expect(alice.screen.row(bob.name)).toContainText('1 unread message');
  await alice.screen.openChat(bob.name);
  await expect(alice.screen.message('Hello Alice, is this ours now?')).toBeVisible();
  await alice.screen.say('It is. Nobody else is listening.');
  await expect(bob.screen.message('It is. Nobody else is listening.')).toBeVisible();
  await expect(alice.screen.row(bob.name)).not.toContainText('unread');
});

test('both start the same chat and meet in one', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await Promise.all([alice.screen.startDirect('Bob'), bob.screen.startDirect('Alice')]);
  await Promise.all([alice.screen.say('me first'), bob.screen.say('no, me')]);
  expect(alice.screen.conversation()).toBe(bob.screen.conversation());
  for (const { screen } of [alice, bob]) {
    await expect(screen.message('me first')).toHaveCount(1);
    await expect(screen.message('no, me')).toHaveCount(1);
    await expect(screen.rows).toHaveCount(1);
  }
});

test('what is wrong in a form is said beside the field', async ({ person, stranger }) => {
  await person('Alice');
  const other = await stranger('Alice');
  await other.screen.open('/signup');
  await other.page.getByLabel('Your name').fill('Alice');
  await other.page.getByLabel('Username').fill('alice');
  await other.page.getByLabel('E-mail').fill('second@example.org');
  await other.page.getByLabel('Password', { exact: true }).fill('short');
  await other.page.getByRole('button', { name: 'Create account' }).click();
  await expect(other.page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/at least \d+ characters/i);
  await other.page.getByLabel('Password', { exact: true }).fill(other.password);
  // The server answers `conflict`, which the browser notes in the console.
  other.expectNetworkFailures();
  await other.page.getByRole('button', { name: 'Create account' }).click();
  await expect(other.page.getByLabel('Username')).toHaveAttribute('aria-invalid', 'true');
});

test('notes to self are there on every device', async ({ person, otherDevice }) => {
  const alice = await person('Alice');
  await alice.screen.startNotes();
  await alice.screen.say('buy plums');
  const phone = await otherDevice(alice);
  await phone.screen.row('buy plums').click();
  await expect(phone.screen.message('buy plums')).toBeVisible();
  await phone.screen.say('and bread');
  await expect(alice.screen.message('and bread')).toBeVisible();
});

test('what people write is shown as they wrote it, and never runs', async ({ person }) => {
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await alice.screen.startDirect('Bob');
  const texts = ['<img src=x onerror=alert(1)>', 'مرحبا بالعالم', '👩‍👩‍👧 https://example.org/?a=1&b=2', 'javascript:alert(1)'];
  for (const text of texts) await alice.screen.say(text);
  await bob.screen.openChat('Alice');
  for (const text of texts) await expect(bob.screen.message(text)).toBeVisible();
  await expect(bob.screen.log.locator('a[href^="javascript:"]')).toHaveCount(0);
});
