/** The part of a window that one sees on opening it: drawing all of it at once would hold up the switch. Pure. */
import type { TimelineWindow } from '@/engine';
import type { Place } from './scroller';

/** No message is lower. */
const ROW_PX = 36;
/** Rows beyond each edge of the screen: a row may be hidden, and the first and last change when theirs come beside them. */
const MARGIN = 2;

/** The rows that fill a screen of `height_px` once `place` is where it is to be; the window itself where that is all of it. */
export function screenful(window: TimelineWindow, place: Place, height_px: number): TimelineWindow {
  const { rows } = window;
  const at = place === 'bottom' ? rows.length - 1 : rows.findIndex((row) => row.key === place.key);
  if (at === -1) return window;
  const above_px = place === 'bottom' ? height_px : aboveOf(place.align, height_px);
  const from = Math.max(0, at - count(above_px));
  const to = Math.min(rows.length, at + 1 + count(height_px - above_px));
  if (from === 0 && to === rows.length) return window;
  return {
    ...window,
    rows: rows.slice(from, to),
    has_before: window.has_before || from > 0,
    has_after: window.has_after || to < rows.length,
  };
}

function count(px: number): number {
  return Math.ceil(Math.max(0, px) / ROW_PX) + MARGIN;
}

/** The most there can be above the row. */
function aboveOf(align: Exclude<Place, 'bottom'>['align'], height_px: number): number {
  if (typeof align === 'object') return align.top_px;
  return align === 'centre' ? height_px / 2 : height_px / 4;
}
