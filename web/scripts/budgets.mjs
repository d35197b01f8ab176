/** Sizes of the build against the budgets, gzipped. "Initial" is all JavaScript that a start fetches before its first message, or its sign-in, is on screen. */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KB = 1000;
const BUDGETS = { initial: 170 * KB, lazy: 80 * KB, css: 25 * KB, locale: 30 * KB };

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const named = (name) => {
  const found = Object.entries(manifest).find(
    ([key, chunk]) => chunk.name === name && chunk.file.endsWith('.js') && key.startsWith('_'),
  );
  if (!found) throw new Error(`no chunk of this build is called ${name}: see build/chunks.ts`);
  return found[0];
};
/** Loaded when a signed-in client starts; the English catalog stands for whichever is chosen. */
const START = [named('index'), 'src/locales/en.po', named('shell'), named('beside'), 'src/engine/leader/leader.ts'];
const OUTSIDE = [named('index'), 'src/locales/en.po', named('outside')];
const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
const show = (bytes) => `${(bytes / KB).toFixed(1)} kB`;

function closure(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return seen;
  seen.add(key);
  for (const next of chunk.imports ?? []) closure(next, seen);
  return seen;
}

const failures = [];
function hold(what, bytes, budget) {
  const over = bytes > budget;
  if (over) failures.push(what);
  console.log(`${over ? 'OVER' : 'ok  '}  ${what.padEnd(44)} ${show(bytes).padStart(9)}  of ${show(budget)}`);
}

const filesOf = (keys) => new Set(keys.flatMap((key) => [...closure(key)]).map((key) => manifest[key].file));
const total = (files) => [...files].reduce((sum, file) => sum + gzipped(file), 0);

const initialFiles = filesOf(START);
hold('initial JavaScript, signed in', total(initialFiles), BUDGETS.initial);
hold('initial JavaScript, sign-in', total(filesOf(OUTSIDE)), BUDGETS.initial);

const css = readdirSync(new URL('assets/', dist)).filter((name) => name.endsWith('.css'));
hold('CSS', total(css.map((name) => `assets/${name}`)), BUDGETS.css);

for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.file.endsWith('.js')) continue;
  if (key.startsWith('src/locales/')) hold(key, gzipped(chunk.file), BUDGETS.locale);
  else if (!initialFiles.has(chunk.file)) hold(`lazy ${key}`, gzipped(chunk.file), BUDGETS.lazy);
}
if (failures.length > 0) {
  console.error(`over budget: ${failures.join(', ')}`);
  process.exit(1);
}
