import type { ReactNode } from 'react';
import type { Block } from '@/lib/markdown';
import { cx } from '@/ui';
import { CodeBlock } from './code-block';
import { Inlines, type Scope } from './inlines';

interface BlocksProps {
  blocks: readonly Block[];
  scope: Scope;
  /** Within a quote or a list, which choose the direction of all they hold. */
  within?: boolean;
}

/** A closed list of elements: whatever was written, nothing else is made. */
export function Blocks({ blocks, scope, within = false }: BlocksProps): ReactNode {
  return blocks.map((block, i) => {
    switch (block.type) {
      case 'paragraph':
      case 'heading':
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
        return <Paragraph key={i} block={block} scope={scope} within={within} />;
      case 'pre':
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        return <CodeBlock key={i} text={block.text} language={block.language} />;
      case 'quote':
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <blockquote key={i} dir="auto" className="space-y-2 border-s-3 border-edge ps-2.5 text-soft">
            <Blocks blocks={block.children} scope={scope} within />
          </blockquote>
        );
      case 'list':
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        return <List key={i} block={block} scope={scope} />;
      default:
        return null;
    }
  });
}

function List({ block, scope }: { block: Extract<Block, { type: 'list' }>; scope: Scope }) {
  const items = block.items.map((item, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
    <li key={i} className="space-y-1 wrap-anywhere">
      <Blocks blocks={item} scope={scope} within />
    </li>
  ));
  if (block.start === undefined) {
    return (
      <ul dir="auto" className="list-disc ps-5">
        {items}
      </ul>
    );
  }
  const digits = String(block.start + block.items.length).length;
  return (
    <ol dir="auto" start={block.start} style={{ paddingInlineStart: `${digits + 1.5}ch` }} className="list-decimal">
      {items}
    </ol>
  );
}

interface ParagraphProps {
  block: Extract<Block, { type: 'paragraph' | 'heading' }>;
  scope: Scope;
  within?: boolean;
  end?: ReactNode;
}

export function Paragraph({ block, scope, within = false, end }: ParagraphProps) {
  return (
    <p
      dir={within ? undefined : 'auto'}
      className={cx('flow-root wrap-anywhere whitespace-pre-wrap', block.type === 'heading' && 'font-semibold')}
    >
      <Inlines nodes={block.children} scope={scope} />
      {end}
    </p>
  );
}
