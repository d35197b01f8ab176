/** `perf/text.mjs`: how many texts take longer than they may. Needs no browser. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const once = true;

export function measure() {
  const script = fileURLToPath(new URL('../text.mjs', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [script], { cwd: new URL('../..', import.meta.url), encoding: 'utf8' });
  const lines = stdout.split('\n').filter((line) => /^(ok|OVER)\s/.test(line));
  if (lines.length === 0) throw new Error(stderr);
  const over = lines.filter((line) => line.startsWith('OVER'));
  for (const line of over) console.error(line);
  return { texts: lines.length, over: over.length };
}
