import type { Message } from '@/engine';
import { type Block, blocksOf, type Inline } from '@/lib/markdown';

export interface Found {
  href: string;
  /** Without what every address has. */
  text: string;
  message: Message;
}

/** The web addresses in messages, each once: where it was linked last. */
export function linksIn(messages: readonly Message[]): Found[] {
  const found = new Map<string, Found>();
  for (const message of messages) {
    for (const href of blocksOf(message.text).flatMap(addressesIn)) {
      if (!href.startsWith('mailto:') && !found.has(href)) found.set(href, { href, text: shown(href), message });
    }
  }
  return [...found.values()];
}

function addressesIn(node: Block | Inline): string[] {
  if (node.type === 'link') return [node.href];
  if (node.type === 'list') return node.items.flat().flatMap(addressesIn);
  return 'children' in node ? node.children.flatMap(addressesIn) : [];
}

function shown(href: string): string {
  return href.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '');
}
