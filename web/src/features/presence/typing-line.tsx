import { useLingui } from '@lingui/react/macro';
import { useEffect, useMemo, useRef } from 'react';
import { useEngine } from '@/features/session';
import type { ComposerHandle } from '@/features/slots';
import { isolated, useNames } from '@/features/timeline';
import { useReadable } from '@/lib/readable';

/** Names that fit on the line. */
const NAMES = 3;

/** Who writes: one line that is always there, so that nothing jumps. */
export function TypingLine({ composer }: { composer: ComposerHandle }) {
  const { t } = useLingui();
  const engine = useEngine();
  const { conversation } = composer;
  const line = useRef<HTMLParagraphElement>(null);
  const typing = useReadable(useMemo(() => engine.typing(conversation), [engine, conversation]));
  const names = useNames(engine, typing.slice(0, NAMES)).map((name) => isolated(name || t`Someone`));
  useEffect(() => {
    const form = line.current?.closest('form');
    const tell = () => engine.set_typing(conversation, composer.text() !== '');
    // A moment later: the input has told the composer by then.
    const listen = () => queueMicrotask(tell);
    form?.addEventListener('input', listen);
    return () => {
      form?.removeEventListener('input', listen);
      engine.set_typing(conversation, false);
    };
  }, [engine, conversation, composer]);
  const [one = '', two = '', three = ''] = names;
  const words =
    typing.length === 0
      ? ''
      : typing.length === 1
        ? t`${one} is typing…`
        : typing.length === 2
          ? t`${one} and ${two} are typing…`
          : typing.length === 3
            ? t`${one}, ${two} and ${three} are typing…`
            : t`Several people are typing…`;
  return (
    <p ref={line} role="status" className="mx-auto h-5 max-w-214 truncate px-2 text-xs leading-5 text-soft">
      {words}
    </p>
  );
}
