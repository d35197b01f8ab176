import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { Extras } from '@/engine';
import { tell, useEngine, useLimits } from '@/features/session';
import { type ComposerHandle, type Outgoing, useSlots } from '@/features/slots';
import { utf8Bytes } from '@/lib/bytes';
import { useReadable } from '@/lib/readable';
import { toast } from '@/ui/toast';
import { apply } from './edit';

/** Below this share of the limit nobody needs to hear of it. */
const TELL_FROM = 0.9;

interface ComposerModel {
  text: string;
  /** Bytes left; undefined while there is plenty. */
  left: number | undefined;
  tooLong: boolean;
  sendable: boolean;
  /** With whom the text mentions. */
  send: (mentions: string[]) => void;
  /** For what features have put around the input; the same for the life of the composer. */
  handle: ComposerHandle;
}

/** Blank lines before and space after a message go; its own indentation stays. */
function tidy(text: string): string {
  return text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

/**
 * The text is ours while it is written and the engine's draft besides; a draft changed elsewhere takes its place (the
 * engine hears of none while what was written here is not told).
 */
export function useComposer(conversation: string, input: RefObject<HTMLTextAreaElement | null>): ComposerModel {
  const engine = useEngine();
  const { sendHooks } = useSlots();
  const draft = useReadable(useMemo(() => engine.draft(conversation), [engine, conversation]));
  const limit = useLimits().text_bytes;
  const [text, setText] = useState(draft);
  const written = useRef(draft);
  const borrowed = useRef(false);

  useEffect(() => {
    if (borrowed.current || draft === written.current) return;
    written.current = draft;
    setText(draft);
    input.current?.setSelectionRange(draft.length, draft.length);
  }, [draft, input]);

  const handle = useMemo((): ComposerHandle => {
    const write = (next: string) => {
      written.current = next;
      setText(next);
      if (!borrowed.current) engine.set_draft(conversation, next);
    };
    return {
      conversation,
      text: () => written.current,
      write,
      borrow: (other) => {
        borrowed.current = other !== undefined;
        written.current = other ?? engine.draft(conversation).get();
        setText(written.current);
      },
      insert: (added) => {
        const { current: box } = input;
        if (box) apply(box, { from: box.selectionStart, to: box.selectionEnd, text: added });
      },
      focus: () => input.current?.focus(),
    };
  }, [engine, conversation, input]);

  const ready = tidy(text);
  const left = useMemo(() => {
    // A UTF-16 unit takes at most three bytes, so short texts need no counting.
    if (text.length * 3 < limit * TELL_FROM) return undefined;
    const bytes = utf8Bytes(tidy(text));
    return bytes < limit * TELL_FROM ? undefined : limit - bytes;
  }, [text, limit]);
  const tooLong = left !== undefined && left < 0;
  const sendable = ready !== '' && !tooLong;

  const send = (mentions: string[]) => {
    if (!sendable) return;
    const words = text;
    const extras: Extras = Object.assign(
      mentions.length > 0 ? { mentions } : {},
      ...sendHooks.map((hook) => hook.extras?.(engine, conversation)),
    );
    const message: Outgoing = { ...extras, conversation, text: ready };
    let done: Promise<unknown> | undefined;
    for (const hook of sendHooks) done ??= hook.take?.(engine, message);
    done ??= engine.send(conversation, ready, extras);
    handle.write('');
    for (const hook of sendHooks) hook.sent?.(engine, message);
    done.catch((error: unknown) => {
      // Not even safe on this device: give the words back, before anything typed since.
      handle.write(written.current === '' ? words : `${words}\n${written.current}`);
      for (const hook of sendHooks) hook.failed?.(engine, message);
      toast({ text: tell(error).text, tone: 'danger' });
    });
  };
  return { text, left, tooLong, sendable, send, handle };
}
