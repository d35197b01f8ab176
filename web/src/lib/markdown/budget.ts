/**
 * What a text would cost to parse, judged before it is parsed: the parser's time grows with the square of some marks, and
 * a screen shows fifty texts at once. What is beyond the budget is shown as it was written.
 */
const MOST_CHARS = 32_768;
/** Marks of inline syntax outside code. At this number the worst text found takes about 10 ms. */
const MOST_MARKS = 400;
/** Lines outside code, and those of them that begin a quote, an item or a heading. */
const MOST_LINES = 600;
const MOST_BLOCKS = 300;
/** Levels of quotes and lists; each also takes width from a narrow screen. */
export const MOST_LEVELS = 6;
/** Items of a list within a list stand further in: two columns a level at least. */
const MOST_INDENT = 4 * MOST_LEVELS;

const CONTAINERS = /^[ \t]*(?:(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$))[ \t]*)+/;
const CONTAINER = />|[-+*]|\d+[.)]/g;
const FENCE = /^[ \t]*(`{3,}(?!.*`)|~{3,})/;
const MARK = /[*_]+|~~+|`+|[[\]\\@]|\|\||https?:|www\./gi;

/**
 * The text as it is to be parsed, undefined when it costs too much. A quote ends with its last `>` and a list with its
 * last item: Markdown would draw the next line into them (CommonMark's lazy lines), so an empty line is put between.
 */
export function prepare(text: string): string | undefined {
  if (text.length > MOST_CHARS) return undefined;
  const budget = new Budget();
  const lines: string[] = [];
  let fence: string | undefined;
  let open: Container | undefined;
  for (const line of text.split('\n')) {
    const rail = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (rail?.startsWith(fence) && line.trim() === rail) fence = undefined;
      lines.push(line);
      continue;
    }
    const empty = line.trim() === '';
    if (empty && lines[lines.length - 1] === '') continue;
    const lead = CONTAINERS.exec(line)?.[0] ?? '';
    if (!budget.affords(line, lead)) return undefined;
    if (!empty && endsHere(open, line, lead)) lines.push('');
    lines.push(empty ? '' : line);
    fence = rail;
    open = openAfter(open, line, lead);
  }
  return lines.join('\n');
}

class Budget {
  private marks = 0;
  private blocks = 0;
  private lines = 0;

  /** False once more was asked for than there is. */
  affords(line: string, lead: string): boolean {
    this.lines += 1;
    this.marks += count(line, MARK);
    if (lead !== '' || line.startsWith('#')) this.blocks += 1;
    const within = this.lines <= MOST_LINES && this.marks <= MOST_MARKS && this.blocks <= MOST_BLOCKS;
    return within && levels(lead) <= MOST_LEVELS;
  }
}

type Container = 'quote' | 'list';

function openAfter(open: Container | undefined, line: string, lead: string): Container | undefined {
  if (lead.trimStart().startsWith('>')) return 'quote';
  if (lead !== '') return 'list';
  return open !== undefined && /^[ \t]+\S/.test(line) ? 'list' : undefined;
}

function endsHere(open: Container | undefined, line: string, lead: string): boolean {
  if (open === undefined) return false;
  return open === 'quote' ? !lead.trimStart().startsWith('>') : lead === '' && !/^[ \t]/.test(line);
}

/** Markers in a row, or so far in that there may be as many lists around it. */
function levels(lead: string): number {
  const indent = lead.length - lead.trimStart().length;
  return indent > MOST_INDENT ? Number.POSITIVE_INFINITY : count(lead, CONTAINER);
}

function count(text: string, what: RegExp): number {
  let found = 0;
  what.lastIndex = 0;
  while (what.test(text)) found += 1;
  return found;
}
