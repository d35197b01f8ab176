import { useLingui } from '@lingui/react/macro';
import { Pin } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ConversationView } from '@/engine';
import { useEngine } from '@/features/session';
import { showMessage } from '@/features/timeline';
import { plainWords } from '@/lib/markdown';
import { useReadable } from '@/lib/readable';
import { usePins } from './use-pins';

const SHOWN_CHARS = 200;

/** The newest pinned message above the others; each click leads to the next one. */
export default function PinsBanner({ conversation: { id } }: { conversation: ConversationView }) {
  const { t } = useLingui();
  const engine = useEngine();
  const { pins = [] } = usePins(engine, id);
  const [turn, setTurn] = useState(0);
  const at = pins.length === 0 ? 0 : turn % pins.length;
  const pin = pins[at];
  const seq = pin?.message.seq ?? 0;
  const live = useReadable(
    useMemo(
      () => (seq > 0 ? engine.message(id, seq) : { get: () => undefined, subscribe: () => () => undefined }),
      [engine, id, seq],
    ),
  );
  const message = live ?? pin?.message;
  if (!message || message.deleted) return null;
  const text = plainWords(message.text).slice(0, SHOWN_CHARS).replace(/\s+/g, ' ');
  const title = pins.length > 1 ? t`Pinned message ${at + 1} of ${pins.length}` : t`Pinned message`;
  return (
    <button
      type="button"
      onClick={() => {
        showMessage(id, seq);
        setTurn(at + 1);
      }}
      className="flex min-h-12 w-full shrink-0 items-center gap-3 border-b border-line bg-raised px-3 py-1.5 text-start hover:bg-hover desk:px-5"
    >
      <Pin aria-hidden="true" className="size-4.5 shrink-0 text-accent" />
      <span className="flex min-w-0 flex-1 flex-col text-sm">
        <span className="font-semibold text-accent">{title}</span>
        <span dir="auto" className="truncate text-soft">
          {text}
        </span>
      </span>
    </button>
  );
}
