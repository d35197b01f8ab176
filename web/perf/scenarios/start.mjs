/**
 * From the navigation to the first painted message. Cold: neither files nor conversations are cached, but one is signed in.
 * Warm: both are.
 */
import { quantile, spread } from '../numbers.mjs';

export async function measure({ browser, world, throttle, quick }) {
  const path = `/c/${world.long}`;
  const cold = await starts(quick ? 2 : 5, async () => {
    const tab = await browser.open('/healthz', throttle);
    await tab.clearCaches();
    await tab.close();
    return browser.open(path, throttle);
  });
  await cached(browser, path, world.long);
  const warm = await starts(quick ? 3 : 15, () => browser.open(path, throttle));
  return { ...figures('cold_', cold), ...figures('warm_', warm) };
}

async function starts(count, open) {
  const taken = [];
  while (taken.length < count) {
    const tab = await open();
    const first_ms = await tab.page.evaluate(() => gauge.first_message);
    await tab.settled();
    taken.push({ first_ms, ...(await tab.page.evaluate(() => gauge.vitals)) });
    await tab.close();
  }
  return taken;
}

/** Opens it until the next start finds all it needs on the device. */
async function cached(browser, path, id) {
  const tab = await browser.open(path);
  await tab.ready();
  await tab.page.evaluate(() => navigator.serviceWorker.ready);
  await tab.cached((logs) => logs.has(id));
  await tab.close();
}

function figures(prefix, taken) {
  const all = (figure) => taken.map((start) => start[figure]);
  return {
    ...spread(prefix, all('first_ms')),
    [`${prefix}lcp_p50_ms`]: quantile(all('lcp_ms'), 0.5),
    [`${prefix}cls`]: Math.max(...all('cls')),
  };
}
