import { Dialog as Base } from '@base-ui/react/dialog';
import { Plural, useLingui } from '@lingui/react/macro';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ConversationView, User } from '@/engine';
import { ConversationAvatar, tell, titleOf, useEngine } from '@/features/session';
import { navigate, usePlace } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { rank } from '@/lib/rank';
import { useReadable } from '@/lib/readable';
import { Avatar, cx } from '@/ui';
import { toast } from '@/ui/toast';
import { frecency } from './visits';

const SHOWN = 12;
const SHOWN_PEOPLE = 5;
/** People are asked for once one has paused. */
const ASK_AFTER_MS = 180;

type Found = { type: 'conversation'; conversation: ConversationView } | { type: 'person'; person: User };

/** Ctrl/⌘+K: type a few letters, press Enter. With nothing typed, the unread ones come first, then where one goes most. */
export default function Switcher({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const conversations = useConversations(query);
  const people = usePeople(query);
  const found: Found[] = [
    ...conversations.map((conversation): Found => ({ type: 'conversation', conversation })),
    ...people.map((person): Found => ({ type: 'person', person })),
  ];

  const go = (one: Found | undefined) => {
    if (!one) return;
    onClose();
    if (one.type === 'conversation') return navigate(paths.conversation(one.conversation.id));
    engine.start_direct(one.person.id).then(
      (id) => navigate(paths.conversation(id)),
      (error: unknown) => toast({ text: tell(error).text, tone: 'danger' }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') go(found[active]);
    else if (event.key === 'ArrowDown') setActive((at) => (at + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setActive((at) => (at - 1 + found.length) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 bg-[#14120f]/45" />
        <Base.Popup
          initialFocus={input}
          className="fixed inset-x-4 top-[max(0.75rem,10dvh)] mx-auto flex max-h-[70dvh] max-w-lg flex-col overflow-hidden rounded-lg bg-raised text-ink shadow-pop outline-none forced:border"
        >
          <Base.Title className="sr-only">{t`Find a conversation`}</Base.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Search aria-hidden="true" className="size-5 text-soft" />
            <input
              ref={input}
              role="combobox"
              dir="auto"
              aria-label={t`Find a conversation`}
              aria-expanded={found.length > 0}
              aria-controls={list}
              aria-autocomplete="list"
              aria-activedescendant={found[active] ? `${list}-${active}` : undefined}
              placeholder={t`Find a conversation`}
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setActive(0);
              }}
              onKeyDown={onKeyDown}
              className="min-h-13 flex-1 bg-transparent text-lg outline-none placeholder:text-faint"
            />
          </div>
          <div id={list} role="listbox" aria-label={t`Conversations`} className="scroll-pane min-h-0 p-1.5 empty:hidden">
            {found.map((one, at) => (
              <Option
                key={one.type === 'person' ? `person ${one.person.id}` : one.conversation.id}
                id={`${list}-${at}`}
                active={at === active}
                onPoint={() => setActive(at)}
                onChoose={() => go(one)}
              >
                {one.type === 'person' ? (
                  <PersonLine person={one.person} />
                ) : (
                  <ConversationLine conversation={one.conversation} />
                )}
              </Option>
            ))}
          </div>
          <p role="status" className={cx('px-4 text-soft', found.length === 0 ? 'py-5' : 'sr-only')}>
            {found.length === 0 ? (
              t`Nobody and nothing of that name.`
            ) : (
              <Plural value={found.length} one="# result" other="# results" />
            )}
          </p>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Conversations that answer the query, the best first. */
function useConversations(query: string): readonly ConversationView[] {
  const engine = useEngine();
  const place = usePlace();
  const ids = useReadable(engine.conversations);
  const open = 'id' in place ? place.id : undefined;
  return useMemo(() => {
    const all = ids.map((id) => engine.conversation(id).get()).filter((one): one is ConversationView => one !== undefined);
    const often = frecency();
    const names = (one: ConversationView) => (one.peer ? [titleOf(one), one.peer.username] : [titleOf(one)]);
    if (query.trim() !== '') return rank(all, query, SHOWN, { names, weight: ({ id }) => often(id) });
    // One is where one is: the way back comes before it.
    const weight = ({ id, unread }: ConversationView) => (id === open ? -1 : often(id) + (unread > 0 ? 1_000_000 : 0));
    return rank(all, '', SHOWN, { names, weight });
  }, [engine, ids, query, open]);
}

/** People one has no conversation with yet. */
function usePeople(query: string): readonly User[] {
  const engine = useEngine();
  const [people, setPeople] = useState<readonly User[]>([]);
  const asked = query.trim();
  useEffect(() => {
    setPeople([]);
    if (asked === '') return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const known = new Set(engine.conversations.get().map((id) => engine.conversation(id).get()?.peer?.id));
      known.add(engine.me.get().id);
      engine.search_users(asked, stop.signal).then(
        (found) => stop.signal.aborted || setPeople(found.filter(({ id }) => !known.has(id)).slice(0, SHOWN_PEOPLE)),
        // Without a connection there are the conversations.
        () => undefined,
      );
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [engine, asked]);
  return people;
}

interface OptionProps {
  id: string;
  active: boolean;
  onPoint: () => void;
  onChoose: () => void;
  children: ReactNode;
}

function Option({ id, active, onPoint, onChoose, children }: OptionProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) element.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above handles the keys; options are never focused
    // biome-ignore lint/a11y/useFocusableInteractive: the same
    <div
      ref={element}
      id={id}
      role="option"
      aria-selected={active}
      onPointerMove={onPoint}
      onClick={onChoose}
      className={cx('flex min-h-12 items-center gap-3 rounded-md px-2.5', active && 'bg-hover forced:outline')}
    >
      {children}
    </div>
  );
}

function PersonLine({ person }: { person: User }) {
  const { t } = useLingui();
  return (
    <>
      <Avatar id={person.id} name={person.name} size="sm" />
      <span className="min-w-0 flex-1 truncate font-medium">
        <bdi>{person.name}</bdi>
      </span>
      <span className="truncate text-sm text-soft">
        <bdi>@{person.username}</bdi>
      </span>
      <span className="shrink-0 text-xs text-faint">{t`New chat`}</span>
    </>
  );
}

function ConversationLine({ conversation }: { conversation: ConversationView }) {
  return (
    <>
      <ConversationAvatar conversation={conversation} size="sm" />
      <span className="min-w-0 flex-1 truncate font-medium">
        <bdi>{titleOf(conversation)}</bdi>
      </span>
      {conversation.peer && (
        <span className="truncate text-sm text-soft">
          <bdi>@{conversation.peer.username}</bdi>
        </span>
      )}
      {conversation.unread > 0 && (
        <span className="rounded-full bg-accent px-1.5 text-xs font-semibold text-on-accent tabular-nums">
          <Plural value={conversation.unread} one="# new" other="# new" />
        </span>
      )}
    </>
  );
}
