import { Trans, useLingui } from '@lingui/react/macro';
import { Bell, BellOff } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { Composer } from '@/features/composer';
import { tell, useConversation, useEngine, useUser } from '@/features/session';
import type { PanelProps } from '@/features/slots';
import { MessageText } from '@/features/text';
import { Timeline } from '@/features/timeline';
import { usePending } from '@/lib/async';
import { useReadable } from '@/lib/readable';
import { fullTime, listTime } from '@/lib/time';
import { Avatar, Banner, Button, SkeletonRows } from '@/ui';
import { toast } from '@/ui/toast';

/**
 * A thread beside the conversation it hangs in: the message, the answers, where one answers. `3` is the thread of message
 * 3, `3-7` leads to message 7 in it.
 */
export default function ThreadPanel({ conversation, arg, alone, bar }: PanelProps) {
  const { t } = useLingui();
  const engine = useEngine();
  const [seq = 0, at] = (arg ?? '').split('-').map(Number);
  const { thread, failure } = useThread(conversation, seq);
  const view = useConversation(thread);
  const Landmark = alone ? 'main' : 'aside';
  return (
    <Landmark aria-label={t`Thread`} className="flex h-full min-h-0 flex-col bg-surface">
      {bar(t`Thread`)}
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
      {failure === undefined && <Root conversation={conversation} seq={seq} thread={thread} />}
      {view && thread !== undefined && (
        <>
          <div className="relative flex min-h-0 flex-1 flex-col">
            <Timeline key={thread} engine={engine} conversation={thread} {...(at && { seq: at })} />
          </div>
          <Composer key={`write ${thread}`} conversation={thread} />
        </>
      )}
      {!view && failure === undefined && <SkeletonRows label={t`Loading messages`} />}
    </Landmark>
  );
}

/** The thread of a message. One that is not followed tells nothing by itself: the message it hangs from does. */
function useThread(conversation: string, seq: number): { thread: string | undefined; failure: string | undefined } {
  const engine = useEngine();
  const message = useReadable(useMemo(() => engine.message(conversation, seq), [engine, conversation, seq]));
  const [thread, setThread] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const replies = message?.thread?.replies ?? 0;
  const known = useConversation(thread) !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when there is something new, or when it was forgotten
  useEffect(() => {
    if (!Number.isSafeInteger(seq) || seq < 1) return setFailure(tell(new Error()).text);
    let gone = false;
    engine.open_thread(conversation, seq).then(
      (id) => {
        if (!gone) setThread(id);
      },
      (error: unknown) => {
        if (!gone) setFailure((before) => (thread === undefined ? tell(error).text : before));
      },
    );
    return () => {
      gone = true;
    };
  }, [engine, conversation, seq, replies, known]);
  return { thread, failure };
}

function Root({ conversation, seq, thread }: { conversation: string; seq: number; thread: string | undefined }) {
  const { t } = useLingui();
  const engine = useEngine();
  const message = useReadable(useMemo(() => engine.message(conversation, seq), [engine, conversation, seq]));
  const sender = useUser(message?.sender);
  if (!message) return null;
  const name = message.sender === engine.me.get().id ? t`You` : (sender?.name ?? t`Someone`);
  return (
    <section
      aria-label={t`The message of this thread`}
      className="flex max-h-[40%] shrink-0 flex-col gap-2 border-b border-line px-4 py-3"
    >
      <header className="flex items-center gap-2">
        <Avatar id={message.sender} name={sender?.name ?? ''} size="sm" />
        <bdi className="min-w-0 truncate font-semibold">{name}</bdi>
        <time dateTime={new Date(message.at).toISOString()} title={fullTime(message.at)} className="text-sm text-soft">
          {listTime(message.at)}
        </time>
        {thread !== undefined && <Follow thread={thread} />}
      </header>
      <div className="scroll-pane min-h-0">
        {message.deleted ? (
          <p className="text-soft italic">
            <Trans>This message was deleted.</Trans>
          </p>
        ) : (
          <MessageText engine={engine} text={message.text} mentions={message.mentions} end={null} />
        )}
      </div>
    </section>
  );
}

function Follow({ thread }: { thread: string }) {
  const { t } = useLingui();
  const engine = useEngine();
  const follows = useReadable(engine.threads).includes(thread);
  const [toggle, pending] = usePending(async () => {
    try {
      await (follows ? engine.leave(thread) : engine.follow(thread));
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
    }
  });
  const Icon = follows ? Bell : BellOff;
  return (
    <Button className="ms-auto" aria-pressed={follows} pending={pending} onClick={() => toggle()}>
      <Icon aria-hidden="true" className="size-4" />
      {follows ? t`Following` : t`Follow`}
    </Button>
  );
}
