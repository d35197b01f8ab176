/** Writes a brotli twin next to every text asset of dist/, so that the server never compresses at run time. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const TEXT = /\.(html|js|mjs|css|svg|json|webmanifest|txt|map|wasm)$/;
const MIN_BYTES = 1024;
const dist = new URL('../dist/', import.meta.url).pathname;

let before = 0;
let after = 0;
for (const name of readdirSync(dist, { recursive: true })) {
  const file = join(dist, String(name));
  if (!TEXT.test(file) || !statSync(file).isFile()) continue;
  const bytes = readFileSync(file);
  if (bytes.length < MIN_BYTES) continue;
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  if (packed.length >= bytes.length) continue;
  writeFileSync(`${file}.br`, packed);
  before += bytes.length;
  after += packed.length;
}
console.log(`brotli: ${(before / 1000).toFixed(0)} kB -> ${(after / 1000).toFixed(0)} kB`);
