import { useLingui } from '@lingui/react/macro';
import { Plus, SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, lazy, memo, Suspense, useEffect, useId, useRef } from 'react';
import type { ConversationView } from '@/engine';
import { titleOf, useEngine, useMe, useSettledConversation } from '@/features/session';
import { actionsOfComposer, type ComposerHandle, openActions, useSlots } from '@/features/slots';
import { afterPaint } from '@/lib/frames';
import { pressed, shortcutOn } from '@/lib/keys';
import { useMedia } from '@/lib/media';
import { cx, IconButton } from '@/ui';
import { useAutosize } from './autosize';
import { FormattingButton } from './formatting-button';
import { mentionsOf } from './mentions';
import { useComposer } from './model';
import { usePeople } from './people';
import { useAsked, useWriting } from './use-writing';

const Suggestions = lazy(() => import('./suggestions'));
const PX_MAX = 220;

interface ComposerProps {
  conversation: string;
  /** May one call everybody with `@all` and `@here`? Where it is not said: those who lead a group. */
  everybody?: boolean;
}

/** Where one writes. What is typed is a draft from the first letter and is never lost, whatever happens to the send. */
export const Composer = memo(function Composer({ conversation, everybody }: ComposerProps) {
  const { t } = useLingui();
  const input = useRef<HTMLTextAreaElement>(null);
  const note = useId();
  const list = useId();
  const engine = useEngine();
  const { shortcuts } = useSlots();
  const view = useSettledConversation(conversation);
  const touch = useMedia('touch');
  const enterSends = useMe().preferences.enter_sends && !touch;
  const mayCallAll = everybody ?? (view !== undefined && leads(view));
  const model = useComposer(conversation, input);
  const people = usePeople(engine, view, model.text.includes('@'));
  const send = () => model.send(mentionsOf(model.text, people, mayCallAll));
  const writing = useWriting(input, model.handle.write);
  const { asked, look, close, keys, active, setActive } = useAsked(input, model.text);
  useAutosize(input, model.text, PX_MAX);

  useEffect(() => {
    // On touch the keyboard would jump up over the messages one came to read. Focus makes the browser lay out everything: not before it is drawn.
    return touch ? undefined : afterPaint(() => input.current?.focus({ preventScroll: true }));
  }, [touch]);

  const onKeyDown = (event: KeyboardEvent) => {
    const { nativeEvent } = event;
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || nativeEvent.isComposing);
    if ((asked && plain && keys.current?.press(event.key)) || writing.press(event)) {
      event.preventDefault();
      // Escape closes the list only, not what lies below.
      event.stopPropagation();
      return;
    }
    const meant =
      model.text === '' &&
      shortcutOn() &&
      shortcuts.find(({ id, where, keys }) => where === 'empty_composer' && pressed(nativeEvent, keys) && shortcutOn(id));
    if (meant && meant.run({ engine, open: conversation }) !== false) event.preventDefault();
    // keyCode 229: Safari ends a composition before it tells us of the Enter that ended it.
    if (event.key !== 'Enter' || nativeEvent.isComposing || nativeEvent.keyCode === 229) return;
    const withModifier = event.ctrlKey || event.metaKey;
    if (withModifier || (enterSends && !event.shiftKey)) {
      event.preventDefault();
      send();
    }
  };

  const title = view ? titleOf(view) : '';
  const placeholder = view?.kind === 'notes' ? t`Write a note` : t`Write to ${title}`;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
        input.current?.focus();
      }}
      className="shrink-0 px-3 pt-1 pb-[max(0.75rem,env(safe-area-inset-bottom))] desk:px-5 desk:pb-4"
    >
      <Banners composer={model.handle} />
      <div
        className={cx(
          'relative mx-auto flex max-w-214 items-end gap-1 rounded-lg border border-edge bg-raised px-1 focus-within:border-accent',
          'focus-within:outline focus-within:outline-accent',
        )}
      >
        {asked && (
          <Suspense>
            <Suggestions
              ref={keys}
              id={list}
              input={input}
              asked={asked}
              people={people}
              everybody={mayCallAll}
              onActive={setActive}
              onClose={close}
            />
          </Suspense>
        )}
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          value={model.text}
          aria-label={placeholder}
          aria-describedby={model.left === undefined ? undefined : note}
          aria-invalid={model.tooLong || undefined}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={active && list}
          aria-activedescendant={active}
          placeholder={placeholder}
          enterKeyHint={enterSends ? 'send' : 'enter'}
          onChange={(event) => {
            writing.onChange(event);
            look();
          }}
          onSelect={look}
          onBlur={look}
          onPaste={writing.onPaste}
          onKeyDown={onKeyDown}
          className="scroll-pane max-h-[min(220px,40dvh)] min-h-10 flex-1 resize-none self-center bg-transparent px-2.5 py-2.5 leading-5 outline-none placeholder:text-faint placeholder-shown:overflow-hidden placeholder-shown:text-ellipsis placeholder-shown:whitespace-nowrap touch:py-3"
        />
        {/* Shown before the input, reached after it: one Tab back from the input are the messages. */}
        {view && <AddButton conversation={view} composer={model.handle} />}
        <FormattingButton onFormat={writing.format} />
        <Buttons composer={model.handle} />
        <IconButton
          type="submit"
          label={t`Send`}
          icon={<SendHorizontal className="size-5 rtl:-scale-x-100" />}
          aria-disabled={!model.sendable}
          tone={model.sendable ? 'primary' : 'quiet'}
          className="my-0.5"
        />
      </div>
      {model.left !== undefined && (
        <p
          id={note}
          role="status"
          className={cx('mx-auto max-w-214 px-3 pt-1 text-sm', model.tooLong ? 'text-danger' : 'text-soft')}
        >
          {model.tooLong ? t`${-model.left} bytes too long to send. The text is kept.` : t`${model.left} bytes left`}
        </p>
      )}
    </form>
  );
});

/** As the server decides it. */
function leads({ kind, my }: ConversationView): boolean {
  return (kind === 'group' || kind === 'thread') && my.role !== 'member';
}

// What stands around the input is the same whatever is typed.

const Banners = memo(function Banners({ composer }: { composer: ComposerHandle }) {
  return useSlots().composerBanners.map(({ id, Component }) => (
    <Suspense key={id}>
      <Component composer={composer} />
    </Suspense>
  ));
});

interface AddButtonProps {
  conversation: ConversationView;
  composer: ComposerHandle;
}

const AddButton = memo(function AddButton({ conversation, composer }: AddButtonProps) {
  const { t } = useLingui();
  const [engine, slots] = [useEngine(), useSlots()];
  const actions = actionsOfComposer(slots, { engine, conversation, composer, slots });
  if (actions.length === 0) return null;
  const label = t`Add something`;
  return (
    <IconButton
      label={label}
      title={label}
      aria-haspopup="menu"
      icon={<Plus className="size-5" />}
      className="order-first my-0.5"
      onClick={(event) => openActions({ label, actions, owner: event.currentTarget })}
    />
  );
});

const Buttons = memo(function Buttons({ composer }: { composer: ComposerHandle }) {
  return useSlots().composerButtons.map(({ id, Component }) => (
    <Suspense key={id}>
      <Component composer={composer} />
    </Suspense>
  ));
});
