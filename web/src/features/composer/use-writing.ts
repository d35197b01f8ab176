import { useLingui } from '@lingui/react';
import { type ChangeEvent, type ClipboardEvent, type KeyboardEvent, type RefObject, useCallback, useRef, useState } from 'react';
import { loadEmoji, skinTone, usedEmoji } from '@/lib/emoji';
import { pressed } from '@/lib/keys';
import { type Asked, askedAt, shortcodeAt } from './asked';
import { apply } from './edit';
import { FORMATS, type Format, formatted } from './format';
import { pastedCode } from './paste';
import type { SuggestionKeys } from './suggestions';

type Input = RefObject<HTMLTextAreaElement | null>;

interface Writing {
  onChange: (event: ChangeEvent<HTMLTextAreaElement>) => void;
  onPaste: (event: ClipboardEvent) => void;
  /** True: the key has changed how the words look. */
  press: (event: KeyboardEvent) => boolean;
  format: (format: Format) => void;
}

/** What happens while one types: shortcodes become emoji, keys put marks, pasted code stays code. */
export function useWriting(input: Input, write: (text: string) => void): Writing {
  const { locale } = useLingui().i18n;
  const format = (name: Format) => {
    const { current: box } = input;
    if (box) apply(box, formatted(box.value, box.selectionStart, box.selectionEnd, name));
  };
  return {
    format,
    onChange: (event) => {
      write(event.target.value);
      const typed = (event.nativeEvent as InputEvent).data;
      if (typed?.endsWith(':')) void becomeEmoji(event.target, locale);
    },
    onPaste: (event) => {
      const { current: box } = input;
      const edit = box && pastedCode(box.value, box.selectionStart, box.selectionEnd, event.clipboardData);
      if (!edit) return;
      event.preventDefault();
      apply(box, edit);
    },
    press: (event) => {
      const meant = FORMATS.find(({ keys }) => keys && pressed(event.nativeEvent, keys));
      if (meant) format(meant.format);
      return meant !== undefined;
    },
  };
}

/** After the last colon of a shortcode. One may have typed on until the list of emoji is here. */
async function becomeEmoji(box: HTMLTextAreaElement, locale: string): Promise<void> {
  const found = shortcodeAt(box.value, box.selectionEnd);
  if (found === undefined) return;
  const { code, from } = found;
  const emoji = (await loadEmoji(locale).catch(() => undefined))?.byCode.get(code);
  const to = from + code.length + 2;
  if (emoji === undefined || box.value.slice(from, to).toLowerCase() !== `:${code}:`) return;
  const text = emoji.tones?.[skinTone() - 1] ?? emoji.emoji;
  const moved = text.length - (to - from);
  const select = [box.selectionStart, box.selectionEnd].map((at) => (at >= to ? at + moved : at)) as [number, number];
  usedEmoji(text);
  apply(box, { from, to, text, select });
}

interface Asking {
  /** What stands before the caret and asks to be completed. */
  asked: Asked | undefined;
  /** To be called when the caret has moved. */
  look: () => void;
  /** Until something else is asked. */
  close: () => void;
  keys: RefObject<SuggestionKeys | null>;
  /** Id of the option that Enter would take. */
  active: string | undefined;
  setActive: (option: string | undefined) => void;
}

export function useAsked(input: Input, text: string): Asking {
  const [caret, setCaret] = useState<number>();
  const [closed, setClosed] = useState<string>();
  const [active, setActive] = useState<string>();
  const keys = useRef<SuggestionKeys>(null);
  const look = useCallback(() => {
    const { current: box } = input;
    const alone = box !== null && box === document.activeElement && box.selectionStart === box.selectionEnd;
    setCaret(alone ? box.selectionStart : undefined);
  }, [input]);
  const found = caret === undefined ? undefined : askedAt(text, caret);
  const name = found && `${found.sign}${found.from}`;
  if (closed !== undefined && closed !== name) setClosed(undefined);
  return {
    asked: closed === name ? undefined : found,
    look,
    close: () => setClosed(name),
    keys,
    active: found && active,
    setActive,
  };
}
