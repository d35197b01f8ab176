import { useLingui } from '@lingui/react/macro';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announce } from '@/lib/announcer';
import type { Colour, Piece } from '@/lib/markdown/highlight';
import { cx, IconButton } from '@/ui';

const INKS: Record<Colour, string> = {
  keyword: 'text-code',
  string: 'text-ok',
  number: 'text-warn',
  comment: 'text-faint italic',
  name: 'text-accent',
};
const COPIED_MS = 2_000;

/** A block of code: kept letter for letter, in colours once they are known. */
export function CodeBlock({ text, language }: { text: string; language: string | undefined }) {
  const pieces = useHighlighted(text, language);
  return (
    <div className="group/code relative max-w-full">
      <pre
        dir="ltr"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it
        tabIndex={0}
        className="overflow-x-auto rounded-md bg-sunken px-3 py-2 pe-11 font-mono text-sm forced:border"
      >
        <code>
          {pieces?.map((piece, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
            <span key={i} className={piece.colour && INKS[piece.colour]}>
              {piece.text}
            </span>
          )) ?? text}
        </code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}

function CopyButton({ text }: { text: string }) {
  const { t } = useLingui();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
        announce(t`Copied`);
      },
      () => undefined,
    );
  };
  const Icon = copied ? Check : Copy;
  return (
    <IconButton
      label={t`Copy code`}
      icon={<Icon className="size-4" />}
      onClick={copy}
      className={cx(
        'absolute end-0.5 top-0.5 bg-sunken',
        !copied && 'opacity-0 group-hover/code:opacity-100 focus-visible:opacity-100 touch:opacity-100',
      )}
    />
  );
}

/** One block after the other, with a breath between: a screen full of code must not hold up whoever scrolls. */
let turn: Promise<unknown> = Promise.resolve();
const COLOURED = 50;
const coloured = new Map<string, readonly Piece[]>();

function useHighlighted(text: string, language: string | undefined): readonly Piece[] | undefined {
  const key = `${language}\n${text}`;
  const [, setDone] = useState<string>();
  useEffect(() => {
    if (language === undefined || coloured.has(key)) return undefined;
    let gone = false;
    const colour = async () => {
      const { highlight } = await import('@/lib/markdown/highlight');
      await new Promise((resolve) => setTimeout(resolve));
      const pieces = gone ? undefined : highlight(text, language);
      if (pieces === undefined) return;
      coloured.set(key, pieces);
      const [oldest] = coloured.keys();
      if (coloured.size > COLOURED && oldest !== undefined) coloured.delete(oldest);
      setDone(key);
    };
    // Offline before the first load: the code stays in one colour.
    turn = turn.then(colour).catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [key, text, language]);
  return coloured.get(key);
}
