import { useLingui } from '@lingui/react/macro';
import { Reply, X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useEngine } from '@/features/session';
import type { ComposerHandle } from '@/features/slots';
import { useReadable } from '@/lib/readable';
import { IconButton } from '@/ui';
import { QuotedLines } from './quote';
import { targetIn } from './targets';

/** Above the input: what one is answering, until it is sent or let be. */
export default function ReplyBar({ composer }: { composer: ComposerHandle }) {
  const { t } = useLingui();
  const engine = useEngine();
  const { conversation } = composer;
  const target = useMemo(() => targetIn(engine, conversation), [engine, conversation]);
  const seq = useReadable(target);
  useEffect(() => {
    if (seq !== undefined) composer.focus();
  }, [seq, composer]);
  const bar = useRef<HTMLDivElement>(null);
  const letBe = useCallback(() => {
    target.set(undefined);
    composer.focus();
  }, [target, composer]);
  useEffect(() => {
    const form = seq === undefined ? undefined : bar.current?.closest('form');
    const listen = (event: KeyboardEvent) => event.key === 'Escape' && !event.defaultPrevented && letBe();
    form?.addEventListener('keydown', listen);
    return () => form?.removeEventListener('keydown', listen);
  }, [seq, letBe]);
  if (seq === undefined) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div ref={bar} role="group" aria-label={t`Replying to`} className="mx-auto flex max-w-214 items-center gap-2 px-2 pt-1 pb-2">
      <Reply aria-hidden="true" className="size-4.5 shrink-0 text-soft" />
      <QuotedLines engine={engine} conversation={conversation} seq={seq} />
      <IconButton label={t`Do not reply`} title={t`Do not reply`} icon={<X className="size-4.5" />} onClick={letBe} />
    </div>
  );
}
