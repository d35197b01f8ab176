import { useLingui } from '@lingui/react/macro';
import { SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { titleOf, useConversation, useMe } from '@/features/session';
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
    // keyCode 229: Safari ends a composition before it tells us of the Enter that ended it.
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229) return;
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
      <div
        className={cx(
          'mx-auto flex max-w-214 items-end gap-1 rounded-lg border border-edge bg-raised ps-3.5 pe-1 focus-within:border-accent',
          'focus-within:outline focus-within:outline-accent',
        )}
      >
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
          onChange={(event) => model.write(event.target.value)}
          onKeyDown={onKeyDown}
          className="scroll-pane max-h-[min(220px,40dvh)] min-h-10 flex-1 resize-none self-center bg-transparent py-2.5 leading-5 outline-none placeholder:text-faint placeholder-shown:overflow-hidden placeholder-shown:text-ellipsis placeholder-shown:whitespace-nowrap touch:py-3"
        />
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
