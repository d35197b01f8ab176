/** What decides where a letter stands. */
const COPIED = [
  'boxSizing',
  'width',
  'paddingTop',
  'paddingRight',
  'paddingBottom',
  'paddingLeft',
  'borderTopWidth',
  'borderRightWidth',
  'borderBottomWidth',
  'borderLeftWidth',
  'fontFamily',
  'fontSize',
  'fontWeight',
  'fontStyle',
  'lineHeight',
  'letterSpacing',
  'wordSpacing',
  'textAlign',
  'textIndent',
  'tabSize',
  'direction',
] as const;

/** Where a letter of the input stands on the screen: a textarea does not say, so its text is laid out once more beside it. */
export function caretAt(input: HTMLTextAreaElement, at: number): { left: number; top: number } {
  const style = getComputedStyle(input);
  const twin = document.createElement('div');
  for (const name of COPIED) twin.style[name] = style[name];
  Object.assign(twin.style, { position: 'absolute', visibility: 'hidden', whiteSpace: 'pre-wrap', overflowWrap: 'break-word' });
  const mark = document.createElement('span');
  mark.textContent = '\u200B';
  twin.append(input.value.slice(0, at), mark);
  document.body.append(twin);
  const [outer, inner] = [twin.getBoundingClientRect(), mark.getBoundingClientRect()];
  twin.remove();
  const box = input.getBoundingClientRect();
  return { left: box.left + inner.left - outer.left, top: box.top + inner.top - outer.top - input.scrollTop };
}
