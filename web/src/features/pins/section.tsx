import { Trans, useLingui } from '@lingui/react/macro';
import { PinOff } from 'lucide-react';
import { useId } from 'react';
import type { ConversationView, Engine } from '@/engine';
import { tell, useEngine, useUser } from '@/features/session';
import { showMessage } from '@/features/timeline';
import { plainWords } from '@/lib/markdown';
import { useMedia } from '@/lib/media';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { clock, shortDate } from '@/lib/time';
import { Banner, IconButton, SkeletonRows } from '@/ui';
import { type Pin, usePins } from './use-pins';

const SHOWN_CHARS = 300;

/** In the details: all that is pinned. */
export default function PinsSection({ conversation: { id } }: { conversation: ConversationView }) {
  const { t } = useLingui();
  const engine = useEngine();
  const heading = useId();
  const { pins, failure } = usePins(engine, id);
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-1 border-t border-line pt-4">
      <h2 id={heading} className="px-4 text-sm font-semibold text-soft">
        <Trans>Pinned messages</Trans>
      </h2>
      {failure !== undefined && pins === undefined && (
        <Banner tone="danger" role="alert">
          {tell(failure).text}
        </Banner>
      )}
      {pins === undefined && failure === undefined && <SkeletonRows count={1} label={t`Loading`} />}
      {pins?.length === 0 && (
        <p className="px-4 text-sm text-soft">
          <Trans>Nothing is pinned here.</Trans>
        </p>
      )}
      <ul className="px-2">
        {pins?.map((pin) => (
          <Line key={pin.message.seq} engine={engine} pin={pin} />
        ))}
      </ul>
    </section>
  );
}

function Line({ engine, pin: { message } }: { engine: Engine; pin: Pin }) {
  const { t } = useLingui();
  const wide = useMedia('wide');
  const { conversation, seq, sender, at } = message;
  const name = useUser(sender)?.name ?? t`Someone`;
  const text = plainWords(message.text).slice(0, SHOWN_CHARS).replace(/\s+/g, ' ');
  return (
    <li className="flex items-center gap-1">
      <button
        type="button"
        onClick={() => (wide ? showMessage(conversation, seq) : navigate(paths.conversation(conversation, seq)))}
        className="flex min-h-12 min-w-0 flex-1 flex-col rounded-md px-2 py-1.5 text-start hover:bg-hover"
      >
        <span className="flex w-full items-baseline gap-2 text-sm">
          <bdi className="min-w-0 flex-1 truncate font-semibold">{name}</bdi>
          <span className="text-xs text-soft">
            {shortDate(at)} {clock(at)}
          </span>
        </span>
        <span dir="auto" className="line-clamp-2 text-sm break-words">
          {text}
        </span>
      </button>
      <IconButton
        label={t`Unpin`}
        title={t`Unpin`}
        icon={<PinOff className="size-4" />}
        onClick={() => void engine.pin(conversation, seq, false)}
      />
    </li>
  );
}
