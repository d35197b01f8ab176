/**
 * Time to make the tree of a text and the colours of code, for texts written to cost as much as possible, each on its own.
 * Fails when a text takes longer than a frame or two, for a screen shows fifty of them at once; code is coloured one block
 * after the other and may take longer.
 *   node perf/text.mjs
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const BUDGET_MS = 50;
const CODE_BUDGET_MS = 150;
const LANGUAGES = ['bash', 'cpp', 'css', 'go', 'java', 'json', 'python', 'rust', 'sql', 'typescript', 'xml', 'yaml'];
const RUNS = 5;
const at = (path) => fileURLToPath(new URL(`../src/lib/markdown/${path}`, import.meta.url));
const { module: parser } = await runnerImport(at('parse.ts'));
const { module: code } = await runnerImport(at('highlight.ts'));
const { module: hostile } = await runnerImport(at('hostile.ts'));

const ordinary = {
  'an ordinary message': 'Have you seen **this**? It is at https://example.org/a_b_c and `make run` starts it.\n\n- one\n- two',
  'a long ordinary message': 'Some **bold** words and `code`, see https://example.org/a_b.\n\n'.repeat(40),
};
/** The processor's time, so that a busy machine does not matter; the middle of several runs. `work` gets another text each time, so that nothing is remembered. */
function measure(text, work) {
  const took = Array.from({ length: RUNS }, (_, run) => {
    const fresh = `${text}${' '.repeat(run + 1)}`;
    const began = process.cpuUsage();
    work(fresh);
    return process.cpuUsage(began).user / 1_000;
  });
  return took.sort((a, b) => a - b)[Math.floor(RUNS / 2)];
}

let over = 0;
function hold(name, ms, budget) {
  if (ms > budget) over += 1;
  console.log(`${ms > budget ? 'OVER' : 'ok  '}  ${name.padEnd(36)} ${ms.toFixed(1).padStart(7)} ms`);
}

for (const [name, text] of Object.entries({ ...ordinary, ...hostile.FLOODS })) {
  hold(name, measure(text, parser.parse), BUDGET_MS);
}
for (const language of LANGUAGES) {
  const worst = Object.entries(hostile.FLOODS)
    .map(([name, text]) => ({ name, ms: measure(text.slice(0, 5_900), (fresh) => code.highlight(fresh, language)) }))
    .sort((a, b) => b.ms - a.ms)[0];
  hold(`${language}: ${worst.name}`, worst.ms, CODE_BUDGET_MS);
}
if (over > 0) process.exit(1);
