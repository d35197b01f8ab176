/** How well a title answers a query: words that begin with it first, then any part, then its letters in order. 0 = not at all. */
export function score(title: string, query: string): number {
  const asked = fold(query).trim();
  if (asked === '') return 1;
  const name = fold(title);
  if (name.startsWith(asked)) return 5;
  if (name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(asked))) return 4;
  if (name.includes(asked)) return 3;
  return inOrder(name, asked) ? 2 : 0;
}

/** The best first; equals keep their order, which is by time. */
export function rank<T>(items: readonly T[], titleOf: (item: T) => string, query: string, limit: number): T[] {
  return items
    .map((item, at) => ({ item, at, score: score(titleOf(item), query) }))
    .filter((found) => found.score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
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
