import { useLingui as useLanguage } from '@lingui/react';
import { Plural, useLingui } from '@lingui/react/macro';
import { Users } from 'lucide-react';
import { type Ref, type RefObject, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ConversationView } from '@/engine';
import { ConversationAvatar, titleOf, useEngine } from '@/features/session';
import { type EmojiSet, loadEmoji, loadedEmoji, skinTone, usedEmoji } from '@/lib/emoji';
import { useMedia } from '@/lib/media';
import { Avatar, cx } from '@/ui';
import type { Asked } from './asked';
import { caretAt } from './caret';
import { completed, type Suggestion, suggestions } from './complete';
import { apply } from './edit';
import type { Person } from './people';

/** What the input hands on while suggestions are shown. */
export interface SuggestionKeys {
  /** True: the key was for the suggestions. */
  press: (key: string) => boolean;
}

interface SuggestionsProps {
  ref: Ref<SuggestionKeys>;
  id: string;
  input: RefObject<HTMLTextAreaElement | null>;
  asked: Asked;
  people: readonly Person[];
  everybody: boolean;
  /** Tells the input which option is meant, for those who hear it; undefined: there is none. */
  onActive: (option: string | undefined) => void;
  onClose: () => void;
}

/** People, conversations or emoji for what stands before the caret. The focus stays in the input. */
export default function Suggestions({ ref, id, input, asked, people, everybody, onActive, onClose }: SuggestionsProps) {
  const { t } = useLingui();
  const found = useFound(asked, people, everybody);
  const [active, setActive] = useState(0);
  const [shownFor, setShownFor] = useState(asked);
  if (shownFor.sign !== asked.sign || shownFor.query !== asked.query) {
    setShownFor(asked);
    setActive(0);
  }
  const at = Math.min(active, found.length - 1);
  const place = usePlace(input, asked, found.length > 0);
  const option = found[at] && `${id}-${at}`;
  useLayoutEffect(() => onActive(option), [onActive, option]);

  const pick = (chosen: Suggestion | undefined) => {
    if (!chosen || !input.current) return;
    const edit = completed(input.current.value, asked, chosen, location.origin, skinTone());
    if (chosen.kind === 'emoji') usedEmoji(edit.text.trim());
    apply(input.current, edit);
  };
  useImperativeHandle(ref, () => ({
    press: (key) => {
      if (found.length === 0) return false;
      if (key === 'ArrowDown') setActive((at + 1) % found.length);
      else if (key === 'ArrowUp') setActive((at - 1 + found.length) % found.length);
      else if (key === 'Enter' || key === 'Tab') pick(found[at]);
      else if (key === 'Escape') onClose();
      else return false;
      return true;
    },
  }));
  if (found.length === 0) return null;
  return (
    <div
      ref={place}
      className="absolute z-30 w-72 max-w-full overflow-hidden rounded-md border border-line bg-raised shadow-pop phone:inset-x-0 phone:w-auto"
    >
      <div id={id} role="listbox" aria-label={t`Suggestions`} className="scroll-pane max-h-[min(20rem,40dvh)] p-1">
        {found.map((one, i) => (
          <Option
            key={one.key}
            id={`${id}-${i}`}
            one={one}
            active={i === at}
            onPoint={() => setActive(i)}
            onPick={() => pick(one)}
          />
        ))}
      </div>
      <p role="status" className="sr-only">
        <Plural value={found.length} one="# suggestion" other="# suggestions" />
      </p>
    </div>
  );
}

function useFound(asked: Asked, people: readonly Person[], everybody: boolean): readonly Suggestion[] {
  const engine = useEngine();
  const emoji = useEmojiSet(asked.sign === ':');
  const { sign, query } = asked;
  return useMemo(() => {
    const ids = sign === '#' ? engine.conversations.get() : [];
    const conversations = ids
      .map((id) => engine.conversation(id).get())
      .filter((one): one is ConversationView => one !== undefined && one.kind !== 'notes');
    return suggestions({ sign, query }, { people, everybody, conversations, emoji });
  }, [engine, sign, query, people, everybody, emoji]);
}

function useEmojiSet(wanted: boolean): EmojiSet | undefined {
  const locale = useLanguage().i18n.locale;
  const [set, setSet] = useState(() => loadedEmoji(locale));
  useEffect(() => {
    if (wanted) loadEmoji(locale).then(setSet, () => undefined);
  }, [wanted, locale]);
  return set;
}

/** Puts the list above the sign that asked for it, within the composer's width. */
function usePlace(input: RefObject<HTMLTextAreaElement | null>, { from }: Asked, shown: boolean) {
  const list = useRef<HTMLDivElement>(null);
  const phone = useMedia('phone');
  useLayoutEffect(() => {
    const around = list.current?.offsetParent;
    if (!shown || !list.current || !input.current || !around) return;
    const [caret, box] = [caretAt(input.current, from), around.getBoundingClientRect()];
    list.current.style.bottom = `${box.bottom - Math.max(caret.top, box.top) + 6}px`;
    // On a phone it is as wide as the composer.
    list.current.style.left = '';
    if (phone) return;
    const room = Math.max(0, box.width - list.current.offsetWidth);
    list.current.style.left = `${Math.min(Math.max(0, caret.left - box.left), room)}px`;
  }, [input, from, shown, phone]);
  return list;
}

interface OptionProps {
  id: string;
  one: Suggestion;
  active: boolean;
  onPoint: () => void;
  onPick: () => void;
}

function Option({ id, one, active, onPoint, onPick }: OptionProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) element.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the input hands the keys on; options are never focused
    // biome-ignore lint/a11y/useFocusableInteractive: the same
    <div
      ref={element}
      id={id}
      role="option"
      aria-selected={active}
      onPointerMove={onPoint}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPick}
      className={cx(
        'flex min-h-9 items-center gap-2.5 rounded-sm px-2 select-none touch:min-h-11',
        active && 'bg-hover forced:outline',
      )}
    >
      <Words one={one} />
    </div>
  );
}

function Words({ one }: { one: Suggestion }) {
  const { t } = useLingui();
  switch (one.kind) {
    case 'person':
      return (
        <Line icon={<Avatar id={one.person.id} name={one.person.name} size="sm" />} name={one.person.name}>
          @{one.person.username}
        </Line>
      );
    case 'everybody':
      return (
        <Line icon={<Users className="mx-1 size-5 text-soft" />} name={`@${one.name}`}>
          {one.name === 'all' ? t`Everybody in this conversation` : t`Everybody who is here now`}
        </Line>
      );
    case 'conversation':
      return <Line icon={<ConversationAvatar conversation={one.conversation} size="sm" />} name={titleOf(one.conversation)} />;
    default:
      return (
        <Line icon={<span className="w-7 text-center text-xl">{one.emoji.emoji}</span>} name={one.emoji.label}>
          {one.emoji.codes[0] && `:${one.emoji.codes[0]}:`}
        </Line>
      );
  }
}

function Line({ icon, name, children }: { icon: React.ReactNode; name: string; children?: React.ReactNode }) {
  return (
    <>
      <span aria-hidden="true" className="flex shrink-0 items-center">
        {icon}
      </span>
      <span className="min-w-0 shrink truncate font-medium">
        <bdi>{name}</bdi>
      </span>
      {children && (
        <span className="min-w-0 flex-1 truncate text-end text-sm text-soft">
          <bdi>{children}</bdi>
        </span>
      )}
    </>
  );
}
