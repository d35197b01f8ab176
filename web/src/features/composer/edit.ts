/** A change of the text in the input: what it replaces, with what, and what is selected afterwards. */
export interface Edit {
  from: number;
  to: number;
  text: string;
  /** Offsets in the new text; the end of what was put in where it is not said. */
  select?: readonly [from: number, to: number];
}

/**
 * Makes the change as if it had been typed, so that the browser's Undo knows it. `execCommand` is old, and the only way
 * there is; where it does nothing the change is made all the same.
 */
export function apply(input: HTMLTextAreaElement, { from, to, text, select }: Edit): void {
  input.focus();
  input.setSelectionRange(from, to);
  const done =
    typeof document.execCommand === 'function' && document.execCommand(text === '' ? 'delete' : 'insertText', false, text);
  if (!done) {
    // By the element's own setter: React has put one of its own over it, by which it would hear nothing.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(
      input,
      edited(input.value, { from, to, text }),
    );
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
  const [start, end] = select ?? [from + text.length, from + text.length];
  input.setSelectionRange(start, end);
}

/** The text after the change. */
export function edited(text: string, edit: Edit): string {
  return text.slice(0, edit.from) + edit.text + text.slice(edit.to);
}
