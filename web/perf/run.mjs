/**
 * Measures the client in headless Chromium against a running server, and holds the figures against their budgets.
 *   node perf/run.mjs http://localhost:8080 [--messages 10000] [--quick] [--throttle 1,4] [--only switch,scroll]
 *                                           [--out report.json] [--check]
 * `--quick` measures less often and with 800 messages; `--check` fails when a budget is not kept. Needs e2e/node_modules
 * (Playwright) and the system's Chromium (or CHROMIUM). Signs up two people of its own. `parlor bench web` runs it on a
 * server of its own, and the figures of `--out` become those of its report. On a machine that does other things as well, `cpu`
 * (time of the processor on the page's main thread) says more than time that passed.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openBrowser } from './browser.mjs';
import { budgetOf } from './budgets.mjs';
import { World } from './setup.mjs';

/** In this order: what leaves more behind comes later. */
const SCENARIOS = ['text', 'bytes', 'start', 'switch', 'scroll', 'key', 'send', 'events', 'memory'];

/** What takes longer at one throttle is given up. */
const LIMIT_MS = 300_000;

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string' },
    quick: { type: 'boolean', default: false },
    throttle: { type: 'string', default: '1,4' },
    only: { type: 'string', default: SCENARIOS.join(',') },
    out: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const base = (positionals[0] ?? 'http://localhost:8080').replace(/\/$/, '');
const messages = Number(options.messages ?? (options.quick ? 800 : 10_000));
const throttles = options.throttle.split(',').map(Number);
const wanted = new Set(options.only.split(','));
for (const name of wanted) if (!SCENARIOS.includes(name)) throw new Error(`${name} is none of ${SCENARIOS.join(', ')}`);

const figures = [];
const problems = new Set();
const progress = (text) => console.error(text);

await measureAll();
print(figures);
for (const problem of problems) progress(`problem: ${problem}`);
if (options.out) writeFileSync(options.out, JSON.stringify({ messages, figures, problems: [...problems] }, null, 2));
if (options.check && (problems.size > 0 || figures.some(({ within }) => within === false))) process.exitCode = 1;

async function measureAll() {
  const world = new World(base);
  const problem = (text) => problems.add(text);
  const [browser, stranger] = await Promise.all([openBrowser(base, problem), openBrowser(base, problem)]);
  try {
    progress(`writing ${messages} messages`);
    await world.fill(messages);
    const tab = await browser.open('/login');
    await world.alice.signIn(tab);
    await tab.close();
    for (const name of SCENARIOS) {
      if (wanted.has(name)) await measureOne(name, { base, browser, stranger, world, quick: options.quick });
    }
  } finally {
    await Promise.all([browser.close(), stranger.close()]);
  }
}

async function measureOne(name, stage) {
  const scenario = await import(`./scenarios/${name}.mjs`);
  for (const throttle of scenario.once ? [1] : throttles) {
    progress(`${name} at ${throttle}×`);
    try {
      const found = await within(LIMIT_MS, scenario.measure({ ...stage, throttle }));
      for (const [figure, value] of Object.entries(found)) record(`${name}.${figure}`, throttle, value);
    } catch (error) {
      // The figures of the others are kept, and what it left open does not draw on their time.
      problems.add(`${name} at ${throttle}×: ${error.stack}`);
      await Promise.all([stage.browser.closePages(), stage.stranger.closePages()]);
    }
  }
}

async function within(limit_ms, measured) {
  let timer;
  const over = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limit_ms / 1000} s`)), limit_ms);
  });
  return Promise.race([measured, over]).finally(() => clearTimeout(timer));
}

function record(what, throttle, value) {
  if (!Number.isFinite(value)) throw new Error(`${what} has no figure`);
  const budget = budgetOf(what, throttle);
  figures.push({ what, throttle, value, budget, within: budget === undefined ? undefined : value <= budget });
}

function print(rows) {
  const show = (value) => (value === undefined ? '' : String(Number(value.toFixed(Math.abs(value) < 1 ? 3 : 1))));
  const verdict = ({ within }) => (within === undefined ? '' : within ? 'within' : 'OVER');
  const line = (what, throttle, value, budget, end) =>
    console.log(`${what.padEnd(30)} ${throttle.padStart(8)} ${value.padStart(10)} ${budget.padStart(8)}  ${end}`.trimEnd());
  line('what', 'throttle', 'figure', 'budget', '');
  for (const row of rows) line(row.what, `${row.throttle}×`, show(row.value), show(row.budget), verdict(row));
}
