/** What an edit took out and put in, word by word. */
export interface Piece {
  type: 'same' | 'added' | 'removed';
  text: string;
}

/** Words and the spaces between; beyond this many it is told as a whole, as the table below grows with the square. */
const MOST_WORDS = 600;

const wordsOf = (text: string): string[] => text.match(/\s+|[^\s]+/gu) ?? [];

export function diff(before: string, after: string): Piece[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) {
    return [
      { type: 'removed', text: before },
      { type: 'added', text: after },
    ];
  }
  const common = lengths(a, b);
  const at = (i: number, j: number) => common[i * (b.length + 1) + j] ?? 0;
  const pieces: Piece[] = [];
  const put = (type: Piece['type'], text = '') => {
    const last = pieces[pieces.length - 1];
    if (last?.type === type) last.text += text;
    else pieces.push({ type, text });
  };
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      put('same', a[i]);
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) put('removed', a[i++]);
    else put('added', b[j++]);
  }
  return pieces;
}

/** How many words the rest of `a` from i and the rest of `b` from j have in common. */
function lengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [down, right, both] = [table[(i + 1) * width + j], table[i * width + j + 1], table[(i + 1) * width + j + 1]];
      table[i * width + j] = a[i] === b[j] ? (both ?? 0) + 1 : Math.max(down ?? 0, right ?? 0);
    }
  }
  return table;
}
