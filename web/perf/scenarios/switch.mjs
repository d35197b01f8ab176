/**
 * From the click to the painted frame with the other conversation's rows; both have been open before. The first of a page
 * come before the engine has compiled the code, so they are told apart.
 */
import { quantile, spread } from '../numbers.mjs';

const FIRST = 12;

export async function measure({ browser, world, throttle, quick }) {
  const tab = await browser.open(`/c/${world.long}`, throttle);
  await tab.ready();
  const ids = [world.short, world.long];
  for (const id of ids) await turnTo(tab, id);
  const { answer: took, cpu_ms } = await tab.cpuBetweenMarks(async () => {
    const times = [];
    for (let turn = 0; turn < FIRST + (quick ? 24 : 60); turn += 1) times.push(await turnTo(tab, ids[turn % 2]));
    return times;
  });
  const { inp_ms } = await tab.page.evaluate(() => gauge.vitals);
  await tab.close();
  return {
    first_p50_ms: quantile(took.slice(0, FIRST), 0.5),
    first_cpu_p50_ms: quantile(cpu_ms.slice(0, FIRST), 0.5),
    ...spread('', took.slice(FIRST)),
    ...spread('cpu_', cpu_ms.slice(FIRST)),
    inp_ms,
  };
}

async function turnTo({ page }, id) {
  await page.evaluate(() => {
    const before = document.querySelector('[role=log] [data-seq]');
    gauge.next('click', () => !before.isConnected && document.querySelector('[role=log] [data-seq]'));
  });
  const { x, y } = await page.locator(`[data-conversation="${id}"]`).evaluate((link) => {
    const { left, top, width, height } = link.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  });
  await page.mouse.click(x, y);
  const took = await page.evaluate(() => gauge.took);
  // What was put off until after the frame must not fall into the next turn.
  await page.waitForTimeout(300);
  return took;
}
