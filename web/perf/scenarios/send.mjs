/** From Enter to the painted frame with one's own row. */
import { spread } from '../numbers.mjs';

export async function measure({ browser, world, throttle, quick }) {
  const tab = await browser.open(`/c/${world.short}`, throttle);
  await tab.ready();
  const { answer: took, cpu_ms } = await tab.cpuBetweenMarks(async () => {
    const times = [];
    for (let i = 1; i <= (quick ? 15 : 60); i += 1) times.push(await send(tab, `own message ${i} at ${throttle}`));
    return times;
  });
  const { inp_ms } = await tab.page.evaluate(() => gauge.vitals);
  await tab.close();
  return { ...spread('', took), ...spread('cpu_', cpu_ms), inp_ms };
}

async function send({ page }, text) {
  await page.locator('textarea').fill(text);
  await page.evaluate(async (text) => {
    await gauge.drawn(() => true);
    const lastRow = () => [...document.querySelectorAll('[role=log] [data-key]')].at(-1);
    gauge.next('keydown', () => lastRow().textContent.includes(text));
  }, text);
  await page.keyboard.press('Enter');
  const took = await page.evaluate(() => gauge.took);
  await page.waitForTimeout(100);
  return took;
}
