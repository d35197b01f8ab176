/** Finds what may be followed in plain text: http, https and mailto only, so that no other scheme is ever made a link. */
export interface Part {
  text: string;
  href?: string;
}

const CANDIDATE = /\b(?:https?:\/\/|mailto:|www\.)[^\s<>"'`“”‘’«»\u2068\u2069]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/giu;
const CLOSING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
/** Nobody follows a longer one, and the work below grows with it. */
const MOST_CHARS = 2_048;

export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const hit of text.matchAll(CANDIDATE)) {
    const found = trimmed(hit[0].slice(0, MOST_CHARS));
    const href = hrefOf(found);
    if (href === undefined) continue;
    if (hit.index > end) parts.push({ text: text.slice(end, hit.index) });
    parts.push({ text: found, href });
    end = hit.index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Without the punctuation of the sentence around it; a bracket stays if it was opened within. */
function trimmed(link: string): string {
  let text = link;
  for (;;) {
    const last = text.at(-1) ?? '';
    const opening = CLOSING[last];
    if (opening !== undefined && count(text, opening) >= count(text, last)) return text;
    if (opening === undefined && !'.,;:!?…*_~'.includes(last)) return text;
    if (last === '') return text;
    text = text.slice(0, -1);
  }
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

function hrefOf(found: string): string | undefined {
  const address = /^www\./i.test(found) ? `https://${found}` : /^(?:https?:|mailto:)/i.test(found) ? found : `mailto:${found}`;
  try {
    const url = new URL(address);
    if (url.protocol === 'mailto:') return url.pathname.includes('@') ? url.href : undefined;
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
