/**
 * The arrows between folders of src: lib, ui <- engine <- features <- app. A feature is entered by its index only, the
 * engine knows neither React nor the DOM's libraries, and lib and ui know no domain.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const src = new URL('../src/', import.meta.url).pathname;
const MAY_IMPORT = {
  lib: ['lib', 'locales'],
  ui: ['ui', 'lib'],
  engine: ['engine', 'lib'],
  features: ['features', 'engine', 'ui', 'lib'],
  sw: ['sw', 'lib'],
  testing: ['testing', 'engine', 'lib'],
  app: ['app', 'features', 'engine', 'ui', 'lib', 'locales'],
};
const ENGINE_BANS = /^(react|react-dom|wouter|@base-ui|@lingui|lucide-react|@tanstack)(\/|$)/;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"`]([^'"`]+)['"`]/g;

function target(file, spec) {
  if (spec.startsWith('@/')) return spec.slice(2);
  if (spec.startsWith('.')) return relative(src, join(dirname(join(src, file)), spec));
  return undefined;
}

function complaint(file, spec) {
  const [layer, feature] = file.split('/');
  const test = /\.test\.tsx?$/.test(file);
  const allowed = MAY_IMPORT[layer] && (test ? [...MAY_IMPORT[layer], 'testing', 'locales'] : MAY_IMPORT[layer]);
  if (!allowed) return undefined;
  const to = target(file, spec);
  if (to === undefined) return layer === 'engine' && ENGINE_BANS.test(spec) ? 'the engine knows no user interface' : undefined;
  const [toLayer, toFeature, ...inside] = to.split('/');
  if (!allowed.includes(toLayer)) return `${layer} must not import ${toLayer}`;
  if (toLayer !== 'features' || (layer === 'features' && feature === toFeature)) return undefined;
  return inside.length > 0 && inside.join('/') !== 'index' ? `enter ${toFeature} by its index` : undefined;
}

const found = [];
for (const name of readdirSync(src, { recursive: true })) {
  const file = String(name);
  if (!/\.tsx?$/.test(file)) continue;
  const text = readFileSync(join(src, file), 'utf8');
  const lines = text.split('\n').length;
  if (lines > 400 && !/\.gen\.ts$|\.test\./.test(file)) found.push(`${file}: ${lines} lines (at most 400)`);
  for (const hit of text.matchAll(IMPORT)) {
    const spec = hit[1] ?? hit[2] ?? hit[3];
    const why = complaint(file, spec);
    if (why) found.push(`${file}: '${spec}': ${why}`);
  }
}
if (found.length > 0) {
  console.error(found.join('\n'));
  process.exit(1);
}
console.log('imports: every arrow points the right way');
