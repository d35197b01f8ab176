import { useLingui } from '@lingui/react/macro';
import { Pencil, X } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useEngine } from '@/features/session';
import type { ComposerHandle } from '@/features/slots';
import { useReadable } from '@/lib/readable';
import { IconButton } from '@/ui';
import { toast } from '@/ui/toast';
import type { Editing } from './editing';

interface EditBarProps {
  composer: ComposerHandle;
  editing: Editing;
  stop: () => void;
}

/** Above the input: what is being edited, until it is saved or let be. */
export default function EditBar({ composer, editing, stop }: EditBarProps) {
  const { t } = useLingui();
  const engine = useEngine();
  const { conversation } = composer;
  const latest = useRef(stop);
  latest.current = stop;
  const message = useReadable(useMemo(() => engine.message(conversation, editing.seq), [engine, conversation, editing]));
  const gone = message === null || message?.deleted === true;
  useEffect(() => {
    if (!gone) return;
    latest.current();
    toast({ text: t`The message you were editing was deleted.` });
  }, [gone, t]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label={t`Editing`} className="mx-auto flex max-w-214 items-center gap-2 px-2 pt-1 pb-2">
      <Pencil aria-hidden="true" className="size-4.5 shrink-0 text-soft" />
      <span className="flex min-w-0 flex-1 flex-col border-s-3 border-accent ps-2 text-sm">
        <span className="font-semibold text-accent">{t`Editing`}</span>
        <span dir="auto" className="h-5 truncate text-soft">
          {message?.text.replace(/\s+/g, ' ')}
        </span>
      </span>
      <IconButton
        label={t`Stop editing`}
        title={t`Stop editing`}
        icon={<X className="size-4.5" />}
        onClick={() => {
          stop();
          composer.focus();
        }}
      />
    </div>
  );
}
