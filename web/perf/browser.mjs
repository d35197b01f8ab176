/** The system's Chromium, driven by the Playwright of e2e: a profile on disk, as people have, for what is cached to count. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installGauge } from './gauge.mjs';

const { chromium } = createRequire(new URL('../../e2e/package.json', import.meta.url))('playwright');

/** Quiet: nothing the browser does by itself may draw on the time of the page. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const CACHED_LIMIT_MS = 60_000;

/** A fresh profile. What goes wrong in its pages is told to `problem`. */
export async function openBrowser(base, problem) {
  const profile = await mkdtemp(join(tmpdir(), 'parlor-perf-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args,
    viewport: { width: 1280, height: 800 },
  });
  await context.addInitScript(installGauge);
  return {
    open: async (path, throttle = 1) => {
      const page = await context.newPage();
      page.on('pageerror', (error) => problem(String(error)));
      page.on('console', (line) => line.type() === 'error' && problem(line.text()));
      const devtools = await context.newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttle });
      await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.goto(base + path);
      return new Tab(page, devtools);
    },
    /** All but the first, which keeps the browser. */
    closePages: () =>
      Promise.all(
        context
          .pages()
          .slice(1)
          .map((page) => page.close()),
      ),
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

export class Tab {
  constructor(page, devtools) {
    this.page = page;
    this.devtools = devtools;
  }

  /** Until a conversation is on screen and keys go into its composer. */
  async ready() {
    await this.page.evaluate(() => gauge.first_message);
    await this.page.waitForFunction(() => document.activeElement.matches('textarea'));
  }

  /** Until what follows a start by itself is there: nothing is fetched any more. */
  settled() {
    return this.page.waitForLoadState('networkidle');
  }

  /** Until `enough` of what is cached on the device: ids of conversations with how many entries there are of each. */
  async cached(enough) {
    const began = Date.now();
    while (!enough(new Map(await this.page.evaluate(cachedLogs)))) {
      if (Date.now() - began > CACHED_LIMIT_MS) throw new Error('what was said is not in the cache of the page');
      await this.page.waitForTimeout(500);
    }
  }

  /** Time of the processor on the main thread so far. */
  async busy_ms() {
    const { metrics } = await this.devtools.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  }

  async heap_bytes() {
    await this.devtools.send('HeapProfiler.collectGarbage');
    return (await this.devtools.send('Runtime.getHeapUsage')).usedSize;
  }

  /** The answer of `work`, and of each pair of marks in it the main thread's time of the processor. */
  async cpuBetweenMarks(work) {
    const marks = [];
    const collect = ({ value }) => marks.push(...value.filter(({ name }) => /^(began|ended)$/.test(name)));
    this.devtools.on('Tracing.dataCollected', collect);
    await this.devtools.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: ['blink.user_timing'] },
    });
    const answer = await work();
    const complete = new Promise((resolve) => this.devtools.once('Tracing.tracingComplete', resolve));
    await this.devtools.send('Tracing.end');
    await complete;
    this.devtools.off('Tracing.dataCollected', collect);
    marks.sort((a, b) => a.ts - b.ts);
    const cpu_ms = marks.flatMap(({ name, tts }, i) => (name === 'ended' ? [(tts - marks[i - 1].tts) / 1000] : []));
    return { answer, cpu_ms };
  }

  /** Forgets what was cached of the client and of conversations; who is signed in stays. Only where no client runs: `/healthz`. */
  async clearCaches() {
    await this.devtools.send('Network.clearBrowserCache');
    await this.page.evaluate(async () => {
      for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
      for (const { name } of await indexedDB.databases()) {
        if (!name.startsWith('parlor-cache-')) continue;
        await new Promise((resolve) => {
          indexedDB.deleteDatabase(name).onsuccess = resolve;
        });
      }
    });
  }

  close() {
    return this.page.close();
  }
}

async function cachedLogs() {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith('parlor-cache-'));
  const db = await settled(indexedDB.open(name));
  const logs = await settled(db.transaction('logs').objectStore('logs').getAll());
  db.close();
  return logs.map(({ id, entries }) => [id, entries.length]);
}
