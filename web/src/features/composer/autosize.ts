import { type RefObject, useLayoutEffect } from 'react';

const NATIVE = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content');

/** Lets a textarea grow with its text: by the browser where it can, else by measuring. */
export function useAutosize(input: RefObject<HTMLTextAreaElement | null>, text: string, max_px: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what changes the height
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    if (NATIVE) {
      element.style.setProperty('field-sizing', 'content');
      return;
    }
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, max_px)}px`;
  }, [input, text, max_px]);
}
