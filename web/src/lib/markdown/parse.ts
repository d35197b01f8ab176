/**
 * Markdown as people write it in chats, to the closed list of tree.ts. A chunk of its own: index.ts loads it.
 *
 * Left out of CommonMark because it surprises in a chat or because it is nobody's to say: HTML, images, entities
 * (`&lt;` stays), reference links (their definitions would vanish), underlined headings, code by indentation.
 */
import type { BlockContent, DefinitionContent, ListItem, Nodes, PhrasingContent, RootContent } from 'mdast';
import { type Extension, fromMarkdown } from 'mdast-util-from-markdown';
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { MOST_LEVELS, prepare } from './budget';
import { linked, safeHref } from './links';
import { withSpoilers } from './spoilers';
import { type Block, type Inline, wordsOf } from './tree';

const WITHOUT = [
  'autolink',
  'characterReference',
  'codeIndented',
  'definition',
  'hardBreakEscape',
  'htmlFlow',
  'htmlText',
  'labelStartImage',
  'setextUnderline',
];
const SYNTAX = [gfmAutolinkLiteral(), gfmStrikethrough({ singleTilde: false }), { disable: { null: WITHOUT } }];

/** An address stays text, in which emphasis has found no marks; `linked` makes links of text everywhere alike. */
const HANDLERS: Extension = {
  enter: {
    literalAutolink(token) {
      this.config.enter.data?.call(this, token);
      this.config.exit.data?.call(this, token);
    },
    strikethrough(token) {
      this.enter({ type: 'delete', children: [] }, token);
    },
  },
  exit: {
    strikethrough(token) {
      this.exit(token);
    },
    /** Space at the start of a line belongs to what was written. */
    linePrefix(token) {
      const parent = this.stack[this.stack.length - 1];
      const tail = parent && 'children' in parent ? parent.children[parent.children.length - 1] : undefined;
      if (parent?.type === 'paragraph' && tail?.type === 'text') tail.value += this.sliceSerialize(token);
    },
  },
};

/** Undefined: more than we would spend on it, or nested deeper than we would show. */
export function parse(text: string): Block[] | undefined {
  const source = prepare(text);
  if (source === undefined) return undefined;
  const tree = fromMarkdown(source, { extensions: SYNTAX, mdastExtensions: [HANDLERS] });
  try {
    return blocks(tree.children, { source, level: 0 });
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
}

class TooDeep extends Error {}

interface Place {
  source: string;
  level: number;
}

/** As it was written: for what has no words of its own, or leads where nobody may follow. */
function written(node: Nodes, { source }: Place): string {
  return source.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);
}

function blocks(nodes: readonly RootContent[], place: Place): Block[] {
  if (place.level > MOST_LEVELS) throw new TooDeep();
  return nodes.map((node) => block(node, place));
}

function block(node: RootContent, place: Place): Block {
  const asWritten: Block = { type: 'paragraph', children: linked(written(node, place)) };
  switch (node.type) {
    case 'paragraph':
      return { type: 'paragraph', children: inlines(node.children, place) };
    case 'heading':
      return node.children.length > 0 ? { type: 'heading', children: inlines(node.children, place) } : asWritten;
    case 'code':
      return { type: 'pre', text: node.value, ...(node.lang && { language: node.lang }) };
    case 'blockquote':
      return hasWords(node) ? { type: 'quote', children: blocks(node.children, deeper(place)) } : asWritten;
    case 'list': {
      if (!hasWords(node)) return asWritten;
      const items = node.children.map((item) => blocks(item.children, deeper(place)));
      return { type: 'list', items, ...(node.ordered && { start: node.start ?? 1 }) };
    }
    default:
      return asWritten;
  }
}

const deeper = (place: Place): Place => ({ ...place, level: place.level + 1 });

function hasWords(node: BlockContent | DefinitionContent | ListItem): boolean {
  if (node.type === 'code') return true;
  if (node.type === 'blockquote' || node.type === 'list' || node.type === 'listItem') return node.children.some(hasWords);
  return 'children' in node && node.children.length > 0;
}

function inlines(nodes: readonly PhrasingContent[], place: Place): Inline[] {
  const items: Inline[] = [];
  for (const node of nodes) {
    const item = inline(node, place);
    const before = items[items.length - 1];
    if (item.type === 'text' && before?.type === 'text') before.text += item.text;
    else items.push(item);
  }
  return withSpoilers(items).flatMap(follow);
}

function inline(node: PhrasingContent, place: Place): Inline {
  switch (node.type) {
    case 'text':
      return { type: 'text', text: node.value };
    case 'break':
      return { type: 'text', text: '\n' };
    case 'inlineCode':
      return { type: 'code', text: node.value };
    case 'strong':
    case 'emphasis':
      return { type: node.type, children: inlines(node.children, place) };
    case 'delete':
      return { type: 'strike', children: inlines(node.children, place) };
    case 'link': {
      const href = safeHref(node.url);
      const children = inlines(node.children, place);
      if (href === undefined || children.length === 0) return { type: 'text', text: written(node, place) };
      return named(href, children);
    }
    default:
      return { type: 'text', text: written(node, place) };
  }
}

/** A link whose words name another address than its own shows its own. */
function named(href: string, children: Inline[]): Inline {
  const words = wordsOf(children);
  const said = linked(words).flatMap((part) => (part.type === 'link' ? [part.href] : []));
  const honest = said.every((other) => target(other) === target(href));
  return { type: 'link', href, children: honest ? unlinked(children) : [{ type: 'text', text: href }] };
}

function target(href: string): string {
  const url = new URL(href);
  return url.protocol === 'mailto:' ? url.pathname : url.host;
}

/** No link stands within a link. */
function unlinked(nodes: readonly Inline[]): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    if (node.type === 'link') return unlinked(node.children);
    return 'children' in node ? [{ ...node, children: unlinked(node.children) }] : [node];
  });
}

function follow(node: Inline): Inline[] {
  if (node.type === 'text') return linked(node.text);
  // Within the others the text has been through here already; what a spoiler holds has not.
  return node.type === 'spoiler' ? [{ type: 'spoiler', children: node.children.flatMap(follow) }] : [node];
}
