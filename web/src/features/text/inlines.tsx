import { Fragment, type ReactNode } from 'react';
import type { Engine } from '@/engine';
import type { Inline } from '@/lib/markdown';
import { TextLink } from './link';
import { type Mentioned, withMentions } from './mentions';
import { Spoiler } from './spoiler';

/** What the words of a text may refer to. */
export interface Scope {
  engine: Engine;
  mentioned: Mentioned;
}

const TAGS = { strong: 'strong', emphasis: 'em', strike: 's' } as const;

export function Inlines({ nodes, scope }: { nodes: readonly Inline[]; scope: Scope }): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
  return nodes.map((node, i) => <Fragment key={i}>{inline(node, scope)}</Fragment>);
}

function inline(node: Inline, scope: Scope): ReactNode {
  switch (node.type) {
    case 'text':
      return withMentions(node.text, scope.mentioned);
    case 'code':
      return <code className="rounded-sm bg-ink/8 px-1 py-px font-mono text-[0.9em]">{node.text}</code>;
    case 'link':
      return (
        <TextLink href={node.href} nodes={node.children} engine={scope.engine}>
          <Inlines nodes={node.children} scope={scope} />
        </TextLink>
      );
    case 'spoiler':
      return (
        <Spoiler nodes={node.children}>
          <Inlines nodes={node.children} scope={scope} />
        </Spoiler>
      );
    default: {
      const Tag = TAGS[node.type];
      return (
        <Tag className={node.type === 'strong' ? 'font-semibold' : undefined}>
          <Inlines nodes={node.children} scope={scope} />
        </Tag>
      );
    }
  }
}
