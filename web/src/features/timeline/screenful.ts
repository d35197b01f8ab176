/** The part of a window that one sees: to draw the rest with it would hold up the frame one waits for. Pure. */
import type { Row, TimelineWindow } from '@/engine';
import type { Place } from './scroller';

/** No message is lower, nor lower than its lines are, of which none holds more letters. What has less height leaves a gap for a frame. */
const ROW_PX = 36;
const LINE_PX = 22;
const LINE_CHARS = 100;
/** Rows beyond each edge of the screen: a row may be hidden, and the first and last change when theirs come beside them. */
const MARGIN = 2;

/** The rows that fill a screen of `height_px` once `place` is where it is to be; the window itself where that is all of it. */
function screenful(window: TimelineWindow, place: Place, height_px: number): TimelineWindow {
  const { rows } = window;
  const at = place === 'bottom' ? rows.length : rows.findIndex((row) => row.key === place.key);
  if (at === -1) return window;
  const above_px = place === 'bottom' ? height_px : aboveOf(place.align, height_px);
  const from = Math.max(0, at - enough(rows.slice(0, at).reverse(), above_px));
  const to = Math.min(rows.length, at + enough(rows.slice(at), height_px - above_px));
  if (from === 0 && to === rows.length) return window;
  return {
    ...window,
    rows: rows.slice(from, to),
    has_before: window.has_before || from > 0,
    has_after: window.has_after || to < rows.length,
  };
}

/** The window without what is neither seen at `place` nor `drawn` already; the window itself where that is all of it. */
export function urgent(window: TimelineWindow, drawn: readonly Row[], place: Place, height_px: number): TimelineWindow {
  const seen = screenful(window, place, height_px);
  if (seen === window) return window;
  const keys = new Set([...drawn, ...seen.rows].map(({ key }) => key));
  const rows = window.rows.filter(({ key }) => keys.has(key));
  return rows.length === window.rows.length ? window : { ...seen, rows };
}

/** How many of `rows`, one after the other, fill `px`, and a few more. */
function enough(rows: readonly Row[], px: number): number {
  let filled_px = 0;
  const filling = rows.findIndex((row) => {
    filled_px += leastOf(row);
    return filled_px >= px;
  });
  return filling === -1 ? rows.length : filling + 1 + MARGIN;
}

function leastOf(row: Row): number {
  const said = row.type === 'pending' ? row.pending : row.entry.kind === 'message' ? row.entry.message : undefined;
  return ROW_PX + LINE_PX * Math.floor((said?.text.length ?? 0) / LINE_CHARS);
}

/** The most there can be above the row. */
function aboveOf(align: Exclude<Place, 'bottom'>['align'], height_px: number): number {
  if (typeof align === 'object') return align.top_px;
  return align === 'centre' ? height_px / 2 : height_px / 4;
}
