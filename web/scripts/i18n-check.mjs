/** Fails when the catalogs lag behind the code, or a message of the source language has no translation. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const COMPLETE = ['de'];
const ALL = ['en', ...COMPLETE, 'pseudo'];
const catalog = (locale) => join(root, 'src/locales', `${locale}.po`);

/** Message to translation, read from the PO text: a string may stand on several lines. */
function read(locale) {
  const text = readFileSync(catalog(locale), 'utf8');
  const found = new Map();
  const joined = (lines) =>
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .join('');
  for (const [, context = '', id, translation] of text.matchAll(
    /(msgctxt .*\n)?msgid ((?:".*"\n)+)msgstr ((?:".*"(?:\n|$))+)/g,
  )) {
    if (joined(id) !== '') found.set(context + joined(id), joined(translation));
  }
  return found;
}

// Extracting rewrites the catalogs; the ones that are checked in are put back whatever comes of it.
const aside = mkdtempSync(join(tmpdir(), 'catalogs-'));
for (const locale of ALL) copyFileSync(catalog(locale), join(aside, locale));
const before = read('en');
let now;
try {
  execFileSync(join(root, 'node_modules/.bin/lingui'), ['extract', '--clean'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  now = read('en');
} finally {
  for (const locale of ALL) copyFileSync(join(aside, locale), catalog(locale));
  rmSync(aside, { recursive: true });
}

const complaints = [];
for (const id of now.keys()) if (!before.has(id)) complaints.push(`not extracted yet (npm run i18n:extract): ${id}`);
for (const id of before.keys()) if (!now.has(id)) complaints.push(`no longer in the code (npm run i18n:extract): ${id}`);
const holes = (text) => (text.match(/\{\w+[,}]|<\/?\d+\/?>/g) ?? []).sort().join(' ');
for (const locale of COMPLETE) {
  const translations = read(locale);
  for (const id of now.keys()) {
    const translation = translations.get(id);
    if (!translation) complaints.push(`${locale}: no translation of: ${id}`);
    else if (holes(translation) !== holes(id)) complaints.push(`${locale}: other placeholders in: ${id}`);
  }
}
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exit(1);
}
console.log(`i18n: ${now.size} messages, complete in ${['en', ...COMPLETE].join(', ')}`);
