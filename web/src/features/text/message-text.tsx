import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import type { Engine } from '@/engine';
import { isLoneEmoji } from '@/lib/emoji';
import { type Block, blocksOf, isPlain, loadParser, loadParserSoon, parserReadiness } from '@/lib/markdown';
import { Blocks, Paragraph } from './blocks';
import { useMentioned } from './mentions';

interface MessageTextProps {
  engine: Engine;
  text: string;
  /** Ids of people, `all`, `here`, as the message names them; a name in the text that is not among them is only text. */
  mentions?: readonly string[] | undefined;
  /** What stands at the end: it floats into what the last line leaves free, else below it. */
  end?: ReactNode;
}

const NOBODY: readonly string[] = [];

/** The text of one message. Plain text never meets the parser; other text is shown plain until the parser is here. */
export function MessageText({ engine, text, mentions = NOBODY, end }: MessageTextProps) {
  const plain = isPlain(text);
  const ready = useSyncExternalStore(parserReadiness.subscribe, parserReadiness.get);
  useEffect(() => {
    if (ready) return;
    if (plain) loadParserSoon();
    else void loadParser();
  }, [ready, plain]);
  const mentioned = useMentioned(engine, text.includes('@') ? mentions : NOBODY);
  if (isLoneEmoji(text)) {
    return (
      <p className="flex flex-wrap items-end">
        <span className="text-[2.5rem] leading-[1.3] whitespace-pre-wrap">{text.trim()}</span>
        {end}
      </p>
    );
  }
  const blocks = blocksOf(text);
  const last = blocks[blocks.length - 1];
  const scope = { engine, mentioned };
  if (blocks.length === 1 && last !== undefined && isLine(last)) return <Paragraph block={last} scope={scope} end={end} />;
  return (
    <div className="flow-root space-y-2">
      <Blocks blocks={last && isLine(last) ? blocks.slice(0, -1) : blocks} scope={scope} />
      {last && isLine(last) ? <Paragraph block={last} scope={scope} end={end} /> : end && <div className="flow-root">{end}</div>}
    </div>
  );
}

function isLine(block: Block): block is Extract<Block, { type: 'paragraph' | 'heading' }> {
  return block.type === 'paragraph' || block.type === 'heading';
}
