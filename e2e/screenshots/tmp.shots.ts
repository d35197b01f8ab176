import { expect, test } from '../kit/test.ts';
test('look', async ({ person, server }) => {
  for (const scheme of ['light', 'dark'] as const) {
    const a = await person(`Ada${scheme}`, { viewport: { width: 1280, height: 800 }, colorScheme: scheme });
    const b = await person(`Tom${scheme}`);
    await a.screen.startGroup('Garden', [b.name]);
    const id = a.screen.conversation();
    await a.screen.startNotes();
    await server.say(b, id, Array.from({ length: 40 }, (_, i) => `#${i + 1} Morning! Forecast says dry until four`));
    const last = (await server.history(a, id)).at(-1)?.seq;
    await a.screen.open(`/c/${id}?seq=${last}`);
    await expect(a.page.getByRole('button', { name: '40 new' })).toBeVisible();
    await a.screen.row('Notes').click({ button: 'right' });
    await a.page.waitForTimeout(300);
    await a.page.screenshot({ path: `/tmp/shots/7-${scheme}.png` });
    await a.page.getByRole('menuitem', { name: 'Jump to a day' }).click();
    await a.page.waitForTimeout(400);
    await a.page.screenshot({ path: `/tmp/shots/8-${scheme}.png` });
    await a.page.keyboard.press('Escape');
    await a.page.keyboard.press('Control+/');
    await a.page.waitForTimeout(400);
    await a.page.screenshot({ path: `/tmp/shots/9-${scheme}.png` });
    await a.page.keyboard.press('Escape');
    await a.screen.open('/settings/keyboard');
    await a.page.waitForTimeout(400);
    await a.page.screenshot({ path: `/tmp/shots/10-${scheme}.png` });
    await a.page.keyboard.press('Control+k');
    await a.page.keyboard.type('tom');
    await a.page.waitForTimeout(600);
    await a.page.screenshot({ path: `/tmp/shots/11-${scheme}.png` });
    await a.page.keyboard.press('Escape');
    await a.page.setViewportSize({ width: 360, height: 740 });
    await a.screen.open(`/c/${id}?seq=${last}`);
    await a.page.waitForTimeout(600);
    await a.page.screenshot({ path: `/tmp/shots/12-${scheme}.png` });
  }
});
