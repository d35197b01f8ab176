/** Where the lines of the list stand: all of one height, and a heading before each part where there are favourites. Pure. */

export const ROW_PX = 68;
const HEADING_PX = 32;
/** Lines beyond each edge of the screen. */
const MARGIN = 6;

/** Lines that are no conversations: ids are numbers. */
export const FAVOURITES = 'favourites';
export const OTHERS = 'others';

export interface Line {
  key: string;
  top_px: number;
  height_px: number;
}

export function linesOf(ids: readonly string[], favourites: number): Line[] {
  const others = favourites < ids.length ? [OTHERS, ...ids.slice(favourites)] : [];
  const keys = favourites === 0 ? ids : [FAVOURITES, ...ids.slice(0, favourites), ...others];
  let top_px = 0;
  return keys.map((key) => {
    const height_px = key === FAVOURITES || key === OTHERS ? HEADING_PX : ROW_PX;
    const line = { key, top_px, height_px };
    top_px += height_px;
    return line;
  });
}

export const bottomOf = ({ top_px, height_px }: Line): number => top_px + height_px;

/** What of the list one sees. */
export interface View {
  top_px: number;
  height_px: number;
}

/** The first line to draw and the one after the last, in steps: most scrolling draws nothing anew. */
export function rangeIn({ top_px, height_px }: View): readonly [from: number, to: number] {
  // No line is higher than a row, and of the lower ones there are two.
  return [Math.max(0, Math.floor(top_px / ROW_PX) - MARGIN), Math.ceil((top_px + height_px) / ROW_PX) + 2 + MARGIN];
}

/** How far to scroll so that the line is wholly seen; undefined where it is. */
export function scrollTo(line: Line, { top_px, height_px }: View): number | undefined {
  if (line.top_px < top_px) return line.top_px;
  return bottomOf(line) > top_px + height_px ? bottomOf(line) - height_px : undefined;
}
