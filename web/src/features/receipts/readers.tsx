import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { type MessageProps, openLayer } from '@/features/slots';
import { useNames } from '@/features/timeline';
import { useReadable } from '@/lib/readable';
import { Avatar } from '@/ui';
import { SeenBy } from '.';
import { readersOf } from './model';

/** Faces there is room for. */
const FACES = 3;

/** In a group: those who have read up to here. */
export default function Readers({ engine, message, upto = Number.POSITIVE_INFINITY }: MessageProps) {
  const { t } = useLingui();
  const { conversation, seq, sender } = message;
  // Words, so that who goes on reading redraws the rows they leave and reach alone.
  const readable = useMemo(() => {
    const receipts = engine.receipts(conversation);
    const shown = () => engine.me.get().preferences.receipts && engine.conversation(conversation).get()?.kind !== 'direct';
    const ids = () => (shown() ? readersOf(seq, upto, sender, receipts.get()).join() : '');
    return { get: ids, subscribe: receipts.subscribe.bind(receipts) };
  }, [engine, conversation, seq, sender, upto]);
  const ids = useReadable(readable).split(',').filter(Boolean);
  const faces = ids.slice(0, FACES);
  const names = useNames(engine, faces).map((name) => name || t`Someone`);
  if (ids.length === 0) return null;
  const more = ids.length - faces.length;
  const list = names.join(', ');
  const label = more > 0 ? t`Read by ${list} and ${more} more` : t`Read by ${list}`;
  return (
    <button
      type="button"
      // The row's menu leads there by keyboard; among the rows only one thing is a tab stop.
      tabIndex={-1}
      aria-label={label}
      title={label}
      onClick={() => openLayer(SeenBy, { engine, message })}
      className="mt-0.5 flex min-h-6 items-center self-end rounded-full px-1 text-xs text-soft hover:bg-hover"
    >
      {faces.map((id, at) => (
        <span key={id} className="-ms-1 flex rounded-full border-2 border-surface first:ms-0">
          <Avatar id={id} name={names[at] ?? ''} size="xs" />
        </span>
      ))}
      {more > 0 && <span className="ps-0.5">+{more}</span>}
    </button>
  );
}
