/**
 * What a cold start really fetches: as it is transferred, and gzipped as the budgets of the build count (`npm run budgets`).
 * `all`: with what comes unasked after the first message.
 */
import { gzipSync } from 'node:zlib';

export const once = true;

export async function measure({ browser, stranger, world, base }) {
  const signIn = await stranger.open('/login');
  await signIn.page.getByRole('button', { name: 'Sign in' }).waitFor();
  const outside = await fetched(signIn);
  await signIn.close();

  const tab = await browser.open('/healthz');
  await tab.clearCaches();
  await tab.page.goto(`${base}/c/${world.long}`);
  const first_ms = await tab.page.evaluate(() => gauge.first_message);
  await tab.settled();
  const all = await fetched(tab);
  await tab.close();
  const initial = all.filter(({ end_ms }) => end_ms <= first_ms);
  return {
    sign_in_js_kb: transferred(outside, '.js'),
    sign_in_js_gzip_kb: await gzipped(outside, '.js'),
    signed_in_js_kb: transferred(initial, '.js'),
    signed_in_js_gzip_kb: await gzipped(initial, '.js'),
    all_js_kb: transferred(all, '.js'),
    all_js_gzip_kb: await gzipped(all, '.js'),
    css_gzip_kb: await gzipped(all, '.css'),
  };
}

function fetched({ page }) {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name, encodedBodySize, responseEnd }) => ({ url: name, bytes: encodedBodySize, end_ms: responseEnd })),
  );
}

const only = (files, ending) => files.filter(({ url }) => url.endsWith(ending));
const transferred = (files, ending) => only(files, ending).reduce((sum, { bytes }) => sum + bytes, 0) / 1000;

async function gzipped(files, ending) {
  const sizes = only(files, ending).map(async ({ url }) => {
    const body = await (await fetch(url)).arrayBuffer();
    return gzipSync(body, { level: 9 }).length;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1000;
}
