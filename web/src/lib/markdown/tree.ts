/**
 * What a text can become: a closed list, so that nothing else can be drawn whatever is written. No HTML, no images; an
 * `href` has gone through `safeHref`.
 */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'link'; href: string; children: Inline[] }
  | { type: 'strong' | 'emphasis' | 'strike' | 'spoiler'; children: Inline[] };

export type Block =
  | { type: 'paragraph' | 'heading'; children: Inline[] }
  | { type: 'quote'; children: Block[] }
  | { type: 'list'; start?: number; items: Block[][] }
  | { type: 'pre'; text: string; language?: string };

/** The words alone, without any markup. */
export function wordsOf(nodes: readonly Inline[]): string {
  return nodes.map((node) => ('text' in node ? node.text : wordsOf(node.children))).join('');
}
