/** From a key to the painted frame with its letter in the composer. */
import { spread } from '../numbers.mjs';

const TEXT = 'what is typed is a draft from the first letter on ';

export async function measure({ browser, world, throttle, quick }) {
  const tab = await browser.open(`/c/${world.long}`, throttle);
  await tab.ready();
  const { answer: took, cpu_ms } = await tab.cpuBetweenMarks(async () => {
    const times = [];
    for (const letter of TEXT.repeat(quick ? 1 : 3)) times.push(await press(tab, letter));
    return times;
  });
  const { inp_ms } = await tab.page.evaluate(() => gauge.vitals);
  await tab.page.locator('textarea').fill('');
  await tab.close();
  return { ...spread('', took), ...spread('cpu_', cpu_ms), inp_ms };
}

async function press({ page }, letter) {
  await page.evaluate(() => {
    const input = document.activeElement;
    const before = input.value;
    gauge.next('keydown', () => input.value !== before);
  });
  await page.keyboard.press(letter);
  return page.evaluate(() => gauge.took);
}
