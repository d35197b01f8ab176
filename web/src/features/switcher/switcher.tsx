import { Dialog as Base } from '@base-ui/react/dialog';
import { Plural, useLingui } from '@lingui/react/macro';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ConversationView } from '@/engine';
import { ConversationAvatar, titleOf, useEngine } from '@/features/session';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { useReadable } from '@/lib/readable';
import { cx } from '@/ui';
import { rank } from './rank';

const SHOWN = 12;

/** Ctrl/⌘+K: type a few letters, press Enter. With nothing typed, the unread ones come first. */
export default function Switcher({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const ids = useReadable(engine.conversations);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);

  const found = useMemo(() => {
    const all = ids.map((id) => engine.conversation(id).get()).filter((one): one is ConversationView => one !== undefined);
    const ordered = query.trim() === '' ? [...all].sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0)) : all;
    return rank(ordered, titleOf, query, SHOWN);
  }, [engine, ids, query]);

  const go = (conversation: ConversationView | undefined) => {
    if (!conversation) return;
    onClose();
    navigate(paths.conversation(conversation.id));
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
            {found.map((conversation, at) => (
              <Option
                key={conversation.id}
                id={`${list}-${at}`}
                conversation={conversation}
                active={at === active}
                onPoint={() => setActive(at)}
                onChoose={() => go(conversation)}
              />
            ))}
          </div>
          <p role="status" className={cx('px-4 text-soft', found.length === 0 ? 'py-5' : 'sr-only')}>
            {found.length === 0 ? (
              t`No conversation of that name.`
            ) : (
              <Plural value={found.length} one="# result" other="# results" />
            )}
          </p>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface OptionProps {
  id: string;
  conversation: ConversationView;
  active: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Option({ id, conversation, active, onPoint, onChoose }: OptionProps) {
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
    </div>
  );
}
