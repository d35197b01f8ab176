import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { Engine, Message } from '@/engine';
import { tell } from '@/features/session';
import { clock, dayLabel } from '@/lib/time';
import { Banner, SkeletonRows } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { diff, type Piece } from './diff';

interface Version {
  text: string;
  /** When it was edited to say so; none for what it said at first. */
  at?: number;
}

interface HistoryProps {
  engine: Engine;
  message: Message;
  onClose: () => void;
}

/** What a message said, newest first, and what changed each time. */
export default function History({ engine, message, onClose }: HistoryProps) {
  const { t } = useLingui();
  const { versions, failure } = useVersions(engine, message);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Edits`} closeLabel={t`Close`} toRead>
      {failure && (
        <Banner tone="danger" role="alert">
          {failure}
        </Banner>
      )}
      {!versions && !failure && <SkeletonRows count={2} label={t`Loading`} />}
      <ol className="flex flex-col gap-4">
        {versions
          ?.map((version, i) => <Shown key={version.at ?? 0} version={version} before={versions[i - 1]} first={message.at} />)
          .reverse()}
      </ol>
    </Dialog>
  );
}

function useVersions(engine: Engine, { conversation, seq }: Message) {
  const [versions, setVersions] = useState<Version[]>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    const stop = new AbortController();
    const path = `/conversations/${conversation}/messages/${seq}/history`;
    engine.call<{ versions: Version[] }>('GET', path, undefined, stop.signal).then(
      (answer) => setVersions(answer.versions),
      (error: unknown) => stop.signal.aborted || setFailure(tell(error).text),
    );
    return () => stop.abort();
  }, [engine, conversation, seq]);
  return { versions, failure };
}

function Shown({ version, before, first }: { version: Version; before: Version | undefined; first: number }) {
  const at = version.at ?? first;
  return (
    <li className="flex flex-col gap-1">
      <p className="text-sm text-soft">
        {dayLabel(at)}, {clock(at)}
        {!before && (
          <>
            {' · '}
            <Trans>as it was first</Trans>
          </>
        )}
      </p>
      <p dir="auto" className="break-words whitespace-pre-wrap">
        {before
          ? diff(before.text, version.text).map((piece, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of two texts never move
              <Part key={i} piece={piece} />
            ))
          : version.text}
      </p>
    </li>
  );
}

function Part({ piece: { type, text } }: { piece: Piece }) {
  if (type === 'added') return <ins className="rounded-sm bg-selected text-accent no-underline forced:underline">{text}</ins>;
  if (type === 'removed') return <del className="rounded-sm text-danger">{text}</del>;
  return text;
}
