import type { Edit } from './edit';

export type Format = 'bold' | 'italic' | 'strike' | 'code' | 'spoiler';

/** By which keys, where there are any. */
export const FORMATS: readonly { format: Format; keys?: string }[] = [
  { format: 'bold', keys: '$mod+KeyB' },
  { format: 'italic', keys: '$mod+KeyI' },
  { format: 'strike', keys: '$mod+Shift+KeyX' },
  { format: 'code', keys: '$mod+KeyE' },
  { format: 'spoiler' },
];
const MARKS: Record<Format, string> = { bold: '**', italic: '_', strike: '~~', code: '`', spoiler: '||' };

/** Puts the marks around what is selected, or takes them away where they are. Code of several lines becomes a block. */
export function formatted(text: string, from: number, to: number, format: Format): Edit {
  const chosen = text.slice(from, to);
  if (format === 'code' && chosen.includes('\n')) return fenced(text, from, to);
  const mark = MARKS[format];
  const around = text.slice(from - mark.length, from) === mark && text.slice(to, to + mark.length) === mark;
  if (around) {
    const start = from - mark.length;
    return { from: start, to: to + mark.length, text: chosen, select: [start, start + chosen.length] };
  }
  if (chosen.length >= 2 * mark.length && chosen.startsWith(mark) && chosen.endsWith(mark)) {
    const bare = chosen.slice(mark.length, -mark.length);
    return { from, to, text: bare, select: [from, from + bare.length] };
  }
  // Marks beside a space mark nothing, so they go around the words only.
  const [, before = '', words = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(chosen) ?? [];
  const start = from + before.length + mark.length;
  return { from, to, text: before + mark + words + mark + after, select: [start, start + words.length] };
}

/** A block of code on lines of its own, with more backticks than it holds itself. */
export function fenced(text: string, from: number, to: number, code = text.slice(from, to), language = ''): Edit {
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const rail = '`'.repeat(Math.max(3, longest + 1));
  const before = from === 0 || text[from - 1] === '\n' ? '' : '\n';
  const after = to === text.length || text[to] === '\n' ? '' : '\n';
  const open = `${before}${rail}${language}\n`;
  const body = code.replace(/\n$/, '');
  const end = from + open.length + body.length;
  return { from, to, text: `${open}${body}\n${rail}${after}`, select: [end, end] };
}
