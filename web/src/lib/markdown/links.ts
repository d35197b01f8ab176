/** Finds what may be followed in plain text: http, https and mailto only, so that no other scheme is ever made a link. */
import type { Inline } from './tree';

const CANDIDATE = /\b(?:https?:\/\/|mailto:|www\.)[^\s<>"'`“”‘’«»\u2068\u2069]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/giu;
const CLOSING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
/** Nobody follows a longer one, and the work below grows with it. */
const MOST_CHARS = 2_048;

/** Text and links in turn. No letter of the text is lost. */
export function linked(text: string): Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (const hit of text.matchAll(CANDIDATE)) {
    const found = trimmed(hit[0].slice(0, MOST_CHARS));
    const href = hrefOf(found);
    if (href === undefined) continue;
    if (hit.index > end) parts.push({ type: 'text', text: text.slice(end, hit.index) });
    parts.push({ type: 'link', href, children: [{ type: 'text', text: found }] });
    end = hit.index + found.length;
  }
  if (end < text.length) parts.push({ type: 'text', text: text.slice(end) });
  return parts;
}

/** Without the punctuation of the sentence around it; a bracket stays if it was opened within. */
function trimmed(link: string): string {
  let text = link;
  for (;;) {
    const last = text.at(-1) ?? '';
    const opening = CLOSING[last];
    if (opening !== undefined && count(text, opening) >= count(text, last)) return text;
    if (opening === undefined && !'.,;:!?…*_~|'.includes(last)) return text;
    if (last === '') return text;
    text = text.slice(0, -1);
  }
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

function hrefOf(found: string): string | undefined {
  if (/^www\./i.test(found)) return safeHref(`https://${found}`);
  return safeHref(/^(?:https?:|mailto:)/i.test(found) ? found : `mailto:${found}`);
}

/**
 * The address as the browser will read it (without the tabs and line breaks it ignores), if it is one to follow. Names
 * before the host are refused: `https://bank.example@evil.example` only ever deceives.
 */
export function safeHref(address: string): string | undefined {
  if (address.length > MOST_CHARS) return undefined;
  try {
    const url = new URL(address);
    if (url.protocol === 'mailto:') return url.pathname.includes('@') ? url.href : undefined;
    const web = url.protocol === 'https:' || url.protocol === 'http:';
    return web && url.hostname !== '' && url.username === '' && url.password === '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
