/** `@name` in a text: what a name may look like, and where it begins and ends. */
const NAME = /(?<![\p{L}\p{N}_@.+/-])@([a-z0-9][a-z0-9._-]*)/giu;

export interface NamedPart {
  text: string;
  /** In small letters, without the `@`; undefined: only text. */
  name?: string;
}

/** The text in pieces. A dot or dash after a name is the sentence's, unless somebody is called so. */
export function splitNames(text: string, known: (name: string) => boolean): NamedPart[] {
  const parts: NamedPart[] = [];
  let end = 0;
  for (const hit of text.matchAll(NAME)) {
    const whole = (hit[1] ?? '').toLowerCase();
    const name = [whole, whole.replace(/[._-]+$/, '')].find(known);
    if (name === undefined) continue;
    if (hit.index > end) parts.push({ text: text.slice(end, hit.index) });
    end = hit.index + 1 + name.length;
    parts.push({ text: text.slice(hit.index, end), name });
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
