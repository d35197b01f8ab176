import { useLingui } from '@lingui/react/macro';
import { SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, Suspense, useEffect, useId, useRef } from 'react';
import { titleOf, useConversation, useEngine, useMe } from '@/features/session';
import { type ComposerHandle, useSlots } from '@/features/slots';
import { pressed, shortcutOn } from '@/lib/keys';
import { useMedia } from '@/lib/media';
import { cx, IconButton } from '@/ui';
import { useAutosize } from './autosize';
import { useComposer } from './model';

const PX_MAX = 220;

/** Where one writes. What is typed is a draft from the first letter and is never lost, whatever happens to the send. */
export function Composer({ conversation }: { conversation: string }) {
  const { t } = useLingui();
  const input = useRef<HTMLTextAreaElement>(null);
  const note = useId();
  const engine = useEngine();
  const { shortcuts, composerBanners } = useSlots();
  const view = useConversation(conversation);
  const touch = useMedia('touch');
  const enterSends = useMe().preferences.enter_sends && !touch;
  const model = useComposer(conversation, input);
  useAutosize(input, model.text, PX_MAX);

  useEffect(() => {
    // On touch the keyboard would jump up over the messages one came to read.
    if (!touch) input.current?.focus({ preventScroll: true });
  }, [touch]);

  const onKeyDown = (event: KeyboardEvent) => {
    const { nativeEvent } = event;
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
      model.send();
    }
  };

  const title = view ? titleOf(view) : '';
  const placeholder = view?.kind === 'notes' ? t`Write a note` : t`Write to ${title}`;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        model.send();
        input.current?.focus();
      }}
      className="shrink-0 px-3 pt-1 pb-[max(0.75rem,env(safe-area-inset-bottom))] desk:px-5 desk:pb-4"
    >
      {composerBanners.map(({ id, Component }) => (
        <Suspense key={id}>
          <Component composer={model.handle} />
        </Suspense>
      ))}
      <div
        className={cx(
          'mx-auto flex max-w-214 items-end gap-1 rounded-lg border border-edge bg-raised px-1 focus-within:border-accent',
          'focus-within:outline focus-within:outline-accent',
        )}
      >
        <Buttons place="start" composer={model.handle} />
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          value={model.text}
          aria-label={placeholder}
          aria-describedby={model.left === undefined ? undefined : note}
          aria-invalid={model.tooLong || undefined}
          placeholder={placeholder}
          enterKeyHint={enterSends ? 'send' : 'enter'}
          onChange={(event) => model.handle.write(event.target.value)}
          onKeyDown={onKeyDown}
          className="scroll-pane max-h-[min(220px,40dvh)] min-h-10 flex-1 resize-none self-center bg-transparent px-2.5 py-2.5 leading-5 outline-none placeholder:text-faint placeholder-shown:overflow-hidden placeholder-shown:text-ellipsis placeholder-shown:whitespace-nowrap touch:py-3"
        />
        <Buttons place="end" composer={model.handle} />
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
}

function Buttons({ place, composer }: { place: 'start' | 'end'; composer: ComposerHandle }) {
  return useSlots()
    .composerButtons.filter((button) => button.place === place)
    .map(({ id, Component }) => (
      <Suspense key={id}>
        <Component composer={composer} />
      </Suspense>
    ));
}
