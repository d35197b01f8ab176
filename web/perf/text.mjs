/**
 * Time to make the tree of a text, for texts written to cost as much as possible: each on its own, cold cache. Fails when
 * one takes longer than a frame or two, for a screen shows fifty of them at once.
 *   node perf/text.mjs
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const BUDGET_MS = 30;
const RUNS = 5;
const at = (path) => fileURLToPath(new URL(`../src/lib/markdown/${path}`, import.meta.url));
const { module: parser } = await runnerImport(at('parse.ts'));
const { module: hostile } = await runnerImport(at('hostile.ts'));

const ordinary = {
  'an ordinary message': 'Have you seen **this**? It is at https://example.org/a_b_c and `make run` starts it.\n\n- one\n- two',
  'a long ordinary message': 'Some **bold** words and `code`, see https://example.org/a_b.\n\n'.repeat(40),
};
const measured = Object.entries({ ...ordinary, ...hostile.FLOODS }).map(([name, text]) => {
  const took = Array.from({ length: RUNS }, (_, run) => {
    const fresh = `${text}${' '.repeat(run + 1)}`;
    const began = performance.now();
    parser.parse(fresh);
    return performance.now() - began;
  }).sort((a, b) => a - b);
  return { name, ms: took[Math.floor(RUNS / 2)] };
});
const over = measured.filter(({ ms }) => ms > BUDGET_MS);
for (const { name, ms } of measured)
  console.log(`${ms > BUDGET_MS ? 'OVER' : 'ok  '}  ${name.padEnd(28)} ${ms.toFixed(1).padStart(7)} ms`);
if (over.length > 0) process.exit(1);
