/**
 * A thousand messages of somebody else, to the conversation on screen and to others, from the first to the painted frame after
 * the last. `at_once`: in one task, so that all is drawn once; what that saves is drawing in between.
 */
const EVENTS = 1_000;
const OTHERS = 20;

export async function measure({ browser, world, throttle }) {
  const others = await world.groups(Array.from({ length: OTHERS }, (_, i) => `Other ${i}`));
  const tab = await browser.open(`/c/${world.short}`, throttle);
  await tab.ready();
  const found = {
    ...(await apply(tab, world, 'open_at_once_', [world.short], true)),
    ...(await apply(tab, world, 'others_at_once_', others, true)),
    ...(await apply(tab, world, 'open_', [world.short], false)),
    ...(await apply(tab, world, 'others_', others, false)),
  };
  await tab.close();
  return found;
}

async function apply(tab, world, prefix, conversations, at_once) {
  const { page } = tab;
  await page.evaluate(() => gauge.hold());
  await world.talk(conversations, EVENTS);
  await page.waitForFunction((count) => gauge.held() >= count, EVENTS);
  const { answer, cpu_ms } = await tab.cpuBetweenMarks(() => page.evaluate((how) => gauge.release(how), at_once));
  return { [`${prefix}cpu_ms`]: cpu_ms[0], [`${prefix}ms`]: answer };
}
