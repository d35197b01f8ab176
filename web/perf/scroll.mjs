/**
 * Measures the message list in a real browser against a running server: drift of what one reads while pages come in
 * above, frame times while scrolling, rows in the DOM, time to switch to a cached conversation. Of both also the time of
 * the processor on the page's main thread (`cpu`), which says the same on a busy machine, though caches make it longer there.
 *   node perf/scroll.mjs http://localhost:8080 [messages]
 * Needs e2e/node_modules (Playwright) and the system's Chromium. Signs up a person of its own and writes notes.
 */
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../../e2e/package.json', import.meta.url))('playwright');
const [base = 'http://localhost:8080', count = '2000'] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const problems = [];
page.on('pageerror', (error) => problems.push(String(error)));
page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));

const name = `perf${Date.now().toString(36)}`;
const post = async (path, body, token) => {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (answer.status === 429) {
    const { retry_after_ms } = await answer.json();
    await new Promise((resolve) => setTimeout(resolve, retry_after_ms));
    return post(path, body, token);
  }
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};
const password = 'plum harbour lantern 47';
const { access_token } = await post('/auth/signup', { email: `${name}@example.org`, username: name, name: 'Perf', password });
const { id } = await post('/conversations', { kind: 'notes' }, access_token);
const group = await post('/conversations', { kind: 'group', title: 'Other', member_ids: [] }, access_token).catch(
  () => undefined,
);
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore'.split(' ');
for (let i = 1; i <= Number(count); i += 1) {
  const text = `#${i} ${words.slice(0, 1 + ((i * 7) % words.length)).join(' ')} `.repeat(1 + (i % 5)).trim();
  await post(`/conversations/${id}/messages`, { client_id: crypto.randomUUID(), text }, access_token);
}

await page.goto(`${base}/login`);
await page.getByLabel('E-mail or username').fill(name);
await page.getByLabel('Password', { exact: true }).fill(password);
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByRole('navigation', { name: 'Conversations' }).waitFor();
await page.goto(`${base}/c/${id}`);
await page.getByRole('log').getByRole('article').last().waitFor();

const devtools = await page.context().newCDPSession(page);
await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
const busy_ms = async () => {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
};
/** What happened on the main thread between the marks `began` and `ended`, in ms of the processor. */
async function cpuBetweenMarks(work) {
  const marks = [];
  devtools.on('Tracing.dataCollected', ({ value }) => marks.push(...value.filter(({ name }) => /^(began|ended)$/.test(name))));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['blink.user_timing'] },
  });
  const answer = await work();
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await complete;
  marks.sort((a, b) => a.ts - b.ts);
  const cpu = marks.flatMap(({ name, tts }, i) => (name === 'ended' ? [(tts - marks[i - 1].tts) / 1000] : []));
  return { answer, cpu: cpu.sort((a, b) => a - b) };
}

/**
 * Scrolls up step by step. In each frame a row that stays on screen must move by the step, whatever came in above. A frame's
 * time is its own, not that at which its callback got to run: on a page with nothing in it that differs by milliseconds, too.
 */
const busy_before = await busy_ms();
const scrolled = await page.evaluate(async () => {
  const pane = document.querySelector('[role=log]');
  const frames = [];
  const rows = [];
  let [worst, backward, stuck] = [0, 0, 0];
  let last;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  while (stuck < 120 && frames.length < 20_000) {
    const { top, bottom } = pane.getBoundingClientRect();
    const seen = [...pane.querySelectorAll('[data-key]')].find((row) => {
      const box = row.getBoundingClientRect();
      return box.top > top + 100 && box.bottom < bottom;
    });
    const before = seen?.getBoundingClientRect().top ?? 0;
    const step = Math.min(60, pane.scrollTop);
    pane.scrollTop -= step;
    const now = await frame();
    if (last !== undefined) frames.push(now - last);
    last = now;
    if (seen?.isConnected) {
      const moved = seen.getBoundingClientRect().top - before;
      worst = Math.max(worst, Math.abs(moved - step));
      if (moved < -1) backward += 1;
    }
    rows.push(pane.querySelectorAll('[data-key]').length);
    stuck = step === 0 ? stuck + 1 : 0;
  }
  frames.sort((a, b) => a - b);
  const first = pane.querySelector('[data-key]')?.textContent;
  return {
    frames: frames.length,
    p50_ms: frames[Math.floor(frames.length * 0.5)],
    p95_ms: frames[Math.floor(frames.length * 0.95)],
    drift_px: worst,
    backward,
    most_rows: Math.max(...rows),
    first,
  };
});
scrolled.cpu_a_frame_ms = ((await busy_ms()) - busy_before) / scrolled.frames;
/** From the click to the frame in which the other conversation's rows stand; both have been open before. */
async function switches() {
  if (!group) return undefined;
  for (let i = 1; i <= 80; i += 1) {
    await post(`/conversations/${group.id}/messages`, { client_id: crypto.randomUUID(), text: `#${i} other` }, access_token);
  }
  await page.locator(`[data-conversation="${group.id}"]`).click();
  await page.getByText('#80 other').last().waitFor();
  const { answer, cpu } = await cpuBetweenMarks(() =>
    page.evaluate(
      async (ids) => {
        const took = [];
        for (let turn = 0; turn < 20; turn += 1) {
          const link = document.querySelector(`[data-conversation="${ids[turn % 2]}"]`);
          const before = document.querySelector('[role=log] [data-key]');
          const began = performance.now();
          performance.mark('began');
          link.click();
          for (;;) {
            await new Promise((resolve) => requestAnimationFrame(resolve));
            const row = document.querySelector('[role=log] [data-seq]');
            if (row && row !== before && !before.isConnected) break;
          }
          performance.mark('ended');
          took.push(performance.now() - began);
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
        took.sort((a, b) => a - b);
        return { p50_ms: took[10], p95_ms: took[18] };
      },
      [id, group.id],
    ),
  );
  return { ...answer, cpu_p50_ms: cpu[10], cpu_p95_ms: cpu[18] };
}
const switched = await switches();
console.log(JSON.stringify({ switched, messages: Number(count), ...scrolled, problems }, null, 2));
await page.screenshot({ path: process.env.SHOT ?? '/dev/null', type: 'png' }).catch(() => undefined);
await browser.close();
