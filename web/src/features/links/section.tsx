import { Trans, useLingui } from '@lingui/react/macro';
import { MessageSquareText } from 'lucide-react';
import { useCallback, useEffect, useId, useMemo, useState, useSyncExternalStore } from 'react';
import type { ConversationView, Message } from '@/engine';
import { tell, useEngine, useUser } from '@/features/session';
import { useHides } from '@/features/slots';
import { showMessage } from '@/features/timeline';
import { loadParser, parserReadiness } from '@/lib/markdown';
import { useMedia } from '@/lib/media';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { useReadable } from '@/lib/readable';
import { shortDate } from '@/lib/time';
import { Banner, Button, IconButton, SkeletonRows } from '@/ui';
import { type Found, linksIn } from './model';

interface Page {
  messages: Message[];
  next?: number;
}

/** Calls of one press: the server looks at a piece of a long log at a time. */
const MOST_CALLS = 5;

/** In the details: what was linked, newest first. */
export default function LinksSection({ conversation: { id, last_message } }: { conversation: ConversationView }) {
  const { t } = useLingui();
  const heading = useId();
  const { messages, more, busy, failure, load } = useLinks(
    id,
    /https?:\/\//.test(last_message?.text ?? '') ? last_message?.seq : undefined,
  );
  const ready = useSyncExternalStore(parserReadiness.subscribe, parserReadiness.get);
  useEffect(() => void loadParser(), []);
  const hides = useHides(useEngine(), id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parser finds more
  const found = useMemo(() => linksIn(messages.filter((message) => !hides(message))), [messages, hides, ready]);
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-1 border-t border-line pt-4">
      <h2 id={heading} className="px-4 text-sm font-semibold text-soft">
        <Trans>Links</Trans>
      </h2>
      {failure !== undefined && (
        <Banner tone="danger" role="alert">
          {tell(failure).text}
        </Banner>
      )}
      {busy && found.length === 0 && <SkeletonRows count={1} label={t`Loading`} />}
      {!busy && !more && found.length === 0 && (
        <p className="px-4 text-sm text-soft">
          <Trans>Nothing was linked here.</Trans>
        </p>
      )}
      <ul className="px-2">
        {found.map((link) => (
          <Line key={link.href} link={link} />
        ))}
      </ul>
      {more && (
        <Button className="mx-4 self-start" pending={busy} onClick={load}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </section>
  );
}

function Line({ link: { href, text, message } }: { link: Found }) {
  const { t } = useLingui();
  const wide = useMedia('wide');
  const { conversation, seq, sender, at } = message;
  const name = useUser(sender)?.name ?? t`Someone`;
  return (
    <li className="flex items-center gap-1">
      <a
        href={href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="flex min-h-12 min-w-0 flex-1 flex-col justify-center rounded-md px-2 py-1.5 hover:bg-hover"
      >
        <span dir="ltr" className="truncate text-sm text-accent">
          {text}
        </span>
        <span className="flex gap-1.5 text-xs text-soft">
          <bdi className="truncate">{name}</bdi>
          <span aria-hidden="true">·</span>
          <span className="shrink-0">{shortDate(at)}</span>
        </span>
      </a>
      <IconButton
        label={t`To the message`}
        title={t`To the message`}
        icon={<MessageSquareText className="size-4" />}
        onClick={() => (wide ? showMessage(conversation, seq) : navigate(paths.conversation(conversation, seq)))}
      />
    </li>
  );
}

/** Asked for again when another link comes. */
function useLinks(conversation: string, newest: number | undefined) {
  const engine = useEngine();
  const online = useReadable(engine.connection).state === 'online';
  const [state, setState] = useState<{ messages: readonly Message[]; next: number | undefined; failure?: unknown }>();
  const [busy, setBusy] = useState(false);

  const ask = useCallback(
    async (before: number | undefined, signal?: AbortSignal) => {
      setBusy(true);
      const found: Message[] = [];
      let next = before;
      try {
        for (let calls = 0; calls < MOST_CALLS && found.length === 0; calls++) {
          const query = next === undefined ? '' : `?before=${next}`;
          const page = await engine.call<Page>('GET', `/conversations/${conversation}/links${query}`, undefined, signal);
          found.push(...page.messages);
          next = page.next;
          if (next === undefined) break;
        }
        setState((old) => ({ messages: before === undefined ? found : [...(old?.messages ?? []), ...found], next }));
      } catch (failure) {
        if (!signal?.aborted) setState((old) => ({ messages: old?.messages ?? [], next: old?.next, failure }));
      }
      setBusy(false);
    },
    [engine, conversation],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new link, or a connection, is a reason to ask
  useEffect(() => {
    if (!online) return undefined;
    const stop = new AbortController();
    void ask(undefined, stop.signal);
    return () => stop.abort();
  }, [ask, online, newest]);

  return {
    messages: state?.messages ?? [],
    more: state?.next !== undefined,
    busy: busy || (state === undefined && online),
    failure: state?.failure,
    load: () => void ask(state?.next),
  };
}
