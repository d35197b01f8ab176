import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { linesOf, rangeIn, scrollTo, type View } from './lines';

/** The lines of the list, of which only those on screen are drawn, and the one that has the focus. */
export function useLines(ids: readonly string[], favourites: number) {
  const pane = useRef<HTMLDivElement>(null);
  const focused = useRef<string>(undefined);
  const lines = useMemo(() => linesOf(ids, favourites), [ids, favourites]);
  const view = useRef<View>({ top_px: 0, height_px: 0 });
  // Until the pane is laid out: to ask for its height would lay it out once more.
  const [[from, to], setRange] = useState(() => rangeIn({ top_px: 0, height_px: window.innerHeight }));

  useLayoutEffect(() => {
    const element = pane.current;
    if (element === null) return undefined;
    const look = (height_px: number) => {
      view.current = { top_px: element.scrollTop, height_px };
      setRange((now) => {
        const next = rangeIn(view.current);
        return next[0] === now[0] && next[1] === now[1] ? now : next;
      });
    };
    const resizes = new ResizeObserver(([entry]) => entry && look(entry.contentRect.height));
    // In the frame that scrolls: else it would show a gap.
    const scrolled = () => flushSync(() => look(view.current.height_px));
    resizes.observe(element);
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      resizes.disconnect();
      element.removeEventListener('scroll', scrolled);
    };
  }, []);

  const drawn = lines.filter(({ key }, at) => (at >= from && at < to) || key === focused.current);
  /** Scrolls no further than it takes. */
  const show = (key: string) => {
    const line = lines.find((one) => one.key === key);
    if (line === undefined || pane.current === null) return;
    const { top_px, height_px } = view.current;
    const to_px = scrollTo(line, { top_px, height_px: height_px || pane.current.clientHeight });
    if (to_px !== undefined) pane.current.scrollTop = to_px;
  };
  return { pane, focused, lines, drawn, show };
}

export type Lines = ReturnType<typeof useLines>;
