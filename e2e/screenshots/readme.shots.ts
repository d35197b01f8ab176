import { mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import type { Person } from '../kit/person.ts';
import { expect, test } from '../kit/test.ts';

const IMAGES = resolve(import.meta.dirname, '../../docs/images');
const LARGEST_BYTES = 300_000;

async function shoot(page: Page, name: string): Promise<void> {
  await mkdir(IMAGES, { recursive: true });
  const path = resolve(IMAGES, name);
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  expect((await stat(path)).size).toBeLessThan(LARGEST_BYTES);
}

test('a group of neighbours, wide and light, narrow and dark', async ({ person, server }) => {
  const ada = await person('Ada Moreau', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true };
  const tom = await person('Tom Okafor', { ...phone, colorScheme: 'dark' });
  const [lena, yusuf] = [await person('Lena Fischer'), await person('Yusuf Demir')];

  await ada.screen.startNotes();
  await ada.screen.say('Library: ask about the projector, return the atlas');
  await ada.screen.startDirect('Yusuf Demir');
  await ada.screen.say('Did the parcel come?');
  const with_yusuf = ada.screen.conversation();
  await ada.screen.startGroup('Book club', ['Lena Fischer', 'Tom Okafor']);
  const book_club = ada.screen.conversation();
  await ada.screen.startDirect('Lena Fischer');
  const with_lena = ada.screen.conversation();
  await ada.screen.startGroup('Saturday garden', ['Lena Fischer', 'Tom Okafor', 'Yusuf Demir']);
  const garden = ada.screen.conversation();
  await tom.screen.openChat('Saturday garden');

  const talk: [Person, string[]][] = [
    [lena, ['Morning! Forecast says dry until four ☀️', 'Shall we do the raised beds first?']],
    [ada, ['Yes. I have the timber cut, eight boards of 120 cm.']],
    [tom, ['I can bring the van at ten. Who still needs compost? 🌱']],
    [yusuf, ['Two bags for me, please!', 'And I found the old plan: https://example.org/beds']],
    [ada, ['Oh wonderful, that saves us the measuring.', 'Tom, could you pass by the mill for the gravel? It is paid already.']],
    [tom, ['On my list 👍']],
    [lena, ['Then I make lentil soup for everyone, and there is plum cake left over from Thursday.']],
  ];
  for (const [who, texts] of talk) await server.say(who, garden, texts);
  const seq = (await server.history(ada, garden)).find(({ message }) => message?.text.startsWith('Oh wonderful'))?.seq;
  for (const who of [lena, tom]) {
    await server.call(who, 'PUT', `/conversations/${garden}/messages/${seq}/reactions/${encodeURIComponent('🎉')}`);
  }
  await server.say(yusuf, with_yusuf, ['It did, thank you! Coming over later to show you 📦']);
  await server.say(lena, book_club, ['Chapters 5 to 8 for next time?', 'I would move it to Wednesday if nobody minds.']);
  await server.say(lena, with_lena, ['Are you bringing the big pot or shall I?']);

  await expect(ada.screen.row('Book club')).toContainText('2 unread messages');
  await ada.screen.openChat('Saturday garden');
  await ada.screen.say('Plum cake! Then I am early 🍰');
  await expect(tom.screen.message('Plum cake!')).toBeVisible();
  // On touch Enter breaks the line, and a button sends.
  await tom.screen.composer.fill('Save me a piece, I am on the road until ten.');
  await tom.page.getByRole('button', { name: 'Send', exact: true }).tap();
  await expect(ada.screen.message('Save me a piece')).toBeInViewport();
  await expect(ada.screen.log.getByText('Sending')).toHaveCount(0);
  await expect(ada.screen.row('Saturday garden')).not.toContainText('unread');
  await shoot(ada.page, 'conversation.png');
  await expect(tom.screen.message('Save me a piece')).toBeInViewport();
  await expect(tom.screen.log.getByText('Sending')).toHaveCount(0);
  await shoot(tom.page, 'phone.png');
});
