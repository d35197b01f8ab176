import { useEffect, useRef } from 'react';
import { useEngine } from '@/features/session';
import type { ComposerHandle } from '@/features/slots';
import { useTypingWords } from './use-typing-words';

/** Who writes: one line that is always there, so that nothing jumps. */
export function TypingLine({ composer }: { composer: ComposerHandle }) {
  const engine = useEngine();
  const { conversation } = composer;
  const line = useRef<HTMLParagraphElement>(null);
  const words = useTypingWords(conversation);
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
  return (
    <p ref={line} role="status" className="mx-auto h-5 max-w-214 truncate px-2 text-xs leading-5 text-soft">
      {words}
    </p>
  );
}
