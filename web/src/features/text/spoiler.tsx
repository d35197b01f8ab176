import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { type Inline, wordsOf } from '@/lib/markdown';

/** Covered until it is pressed. What it covers keeps its room, so nothing moves when it is shown. */
export function Spoiler({ nodes, children }: { nodes: readonly Inline[]; children: ReactNode }) {
  const { t } = useLingui();
  const [shown, setShown] = useState(false);
  const content = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // Whoever pressed it with a keyboard or hears the page goes on there.
    if (shown) content.current?.focus({ preventScroll: true });
  }, [shown]);
  if (shown) {
    return (
      <span ref={content} tabIndex={-1} className="rounded-sm bg-ink/8 box-decoration-clone">
        {children}
      </span>
    );
  }
  const show = (event: { preventDefault(): void }) => {
    event.preventDefault();
    setShown(true);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <button> is one box that cannot break with the lines around it
    <span
      role="button"
      tabIndex={0}
      aria-label={t`Spoiler: show it`}
      title={t`Spoiler: show it`}
      onClick={show}
      onKeyDown={(event: KeyboardEvent) => (event.key === 'Enter' || event.key === ' ') && show(event)}
      className="rounded-sm bg-soft box-decoration-clone select-none forced:outline"
    >
      <span aria-hidden="true" className="opacity-0">
        {wordsOf(nodes)}
      </span>
    </span>
  );
}
