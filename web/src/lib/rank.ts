/** How well a title answers a query: words that begin with it first, then any part, then its letters in order. 0 = not at all. */
export function score(title: string, query: string): number {
  const asked = fold(query).trim();
  if (asked === '') return 1;
  const name = fold(title);
  if (name.startsWith(asked)) return 5;
  // Each word for itself, in whatever order: "sm bo" finds Bob Smith.
  const words = asked.split(/\s+/);
  return Math.min(...words.map((word) => scoreOfWord(name, word)));
}

function scoreOfWord(name: string, asked: string): number {
  if (name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(asked))) return 4;
  if (name.includes(asked)) return 3;
  return inOrder(name, asked) ? 2 : 0;
}

interface Ranked<T> {
  /** All that it is known by. */
  names: (item: T) => readonly string[];
  /** Among equals: how much it is gone to. */
  weight?: (item: T) => number;
}

/** The best first; equals by weight, then in the order they came in. */
export function rank<T>(items: readonly T[], query: string, limit: number, { names, weight = () => 0 }: Ranked<T>): T[] {
  return items
    .map((item, at) => ({ item, at, score: Math.max(...names(item).map((name) => score(name, query))), weight: weight(item) }))
    .filter((found) => found.score > 0)
    .sort((a, b) => b.score - a.score || b.weight - a.weight || a.at - b.at)
    .slice(0, limit)
    .map((found) => found.item);
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function inOrder(name: string, asked: string): boolean {
  let at = 0;
  for (const letter of asked) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
