/**
 * Keeps the reader's place while the window of rows changes: an explicit anchor around each change, the browser's own
 * anchoring between changes. Works on the scrolling element; its rows carry `data-key`.
 */
import { flushSync } from 'react-dom';

/** Within this distance the reader is at the bottom and stays there. */
const PIN_PX = 4;
/** A page is fetched when an edge is nearer than this. */
export const PAGE_PX = 1_200;

/** `top_px`: so far below the upper edge of the pane. */
export type Place = { key: string; align: 'centre' | 'start' | { top_px: number } } | 'bottom';

/** One change of the rows. */
export interface Change {
  apply: () => void;
  /** Where to go; else what is on screen stays where it is. */
  place: Place | undefined;
  done: () => void;
}

export class Scroller {
  /** Of the pane that changed its size last: where the next one is not there to be asked, it is likely as high. */
  static last_height_px: number | undefined;
  private pinned = true;
  /** Where the pane stood when it was last at the bottom. */
  private bottom_px = 0;
  private planned = false;
  private readonly resizes: ResizeObserver;

  constructor(
    private readonly pane: HTMLElement,
    content: HTMLElement,
    /** The keys after the change, to choose an anchor that survives. */
    private readonly keys: () => ReadonlySet<string>,
    /** The bottom was reached or left. */
    private readonly on_pin: (pinned: boolean) => void,
    /** Is the bottom of the window the end of the log? Else being there pins nothing. */
    private readonly at_end: () => boolean,
  ) {
    this.resizes = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) if (target === pane) Scroller.last_height_px = contentRect.height;
      if (this.stays()) this.to_bottom();
    });
    this.resizes.observe(pane);
    this.resizes.observe(content);
  }

  stop(): void {
    this.resizes.disconnect();
  }

  is_pinned(): boolean {
    return this.pinned;
  }

  /** Is the reader at the end of the log, and goes with it? */
  stays(): boolean {
    return this.pinned && this.at_end();
  }

  scrolled(): void {
    const { scrollTop } = this.pane;
    const there = this.below() <= PIN_PX;
    // The event comes a frame after its cause. Where rows have grown meanwhile the bottom moved away, not the reader.
    const pinned = there || (this.pinned && scrollTop >= this.bottom_px);
    if (there) this.bottom_px = scrollTop;
    if (pinned === this.pinned) return;
    this.pinned = pinned;
    this.on_pin(pinned);
  }

  /** Pixels of content below the visible part. */
  below(): number {
    return this.pane.scrollHeight - this.pane.clientHeight - this.pane.scrollTop;
  }

  above(): number {
    return this.pane.scrollTop;
  }

  /** Of the visible part. */
  height(): number {
    return this.pane.clientHeight;
  }

  /**
   * Applies a change of the rows, asked for when its turn has come. In a microtask, as flushSync within an effect is
   * deferred and the anchor would be lost.
   */
  change(next: () => Change): void {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      const { apply, place, done } = next();
      const stay = this.stays();
      const anchor = stay || place !== undefined ? undefined : this.anchor();
      const top = anchor?.getBoundingClientRect().top ?? 0;
      this.pane.style.overflowAnchor = 'none';
      flushSync(apply);
      if (place !== undefined) this.go(place);
      else if (stay) this.to_bottom();
      else if (anchor?.isConnected) this.pane.scrollTop += anchor.getBoundingClientRect().top - top;
      requestAnimationFrame(() => {
        this.pane.style.overflowAnchor = 'auto';
      });
      done();
    });
  }

  go(place: Place): void {
    if (place === 'bottom') {
      this.to_bottom();
      this.scrolled();
      return;
    }
    const row = this.row(place.key);
    if (row === undefined) return;
    const { top, height } = row.getBoundingClientRect();
    const pane = this.pane.getBoundingClientRect();
    this.pane.scrollTop += top - pane.top - room(place.align, pane.height, height);
    this.scrolled();
  }

  /** Where the reader is, to be taken up again later; undefined at the bottom. */
  left_at(): { seq: number; top_px: number } | undefined {
    if (this.stays()) return undefined;
    const row = this.visible().find((one) => one.dataset.seq !== undefined);
    if (row === undefined) return undefined;
    return { seq: Number(row.dataset.seq), top_px: row.getBoundingClientRect().top - this.pane.getBoundingClientRect().top };
  }

  private to_bottom(): void {
    this.pane.scrollTop = this.pane.scrollHeight;
    this.bottom_px = this.pane.scrollTop;
  }

  row(key: string): HTMLElement | undefined {
    return this.rows().find((row) => row.dataset.key === key);
  }

  rows(): HTMLElement[] {
    return [...this.pane.querySelectorAll<HTMLElement>('[data-key]')];
  }

  /** Rows wholly on screen, or reaching over all of it. */
  visible(): HTMLElement[] {
    const { top, bottom } = this.pane.getBoundingClientRect();
    return this.rows().filter((row) => {
      const box = row.getBoundingClientRect();
      return (box.top >= top - 1 && box.bottom <= bottom + 1) || (box.top <= top && box.bottom >= bottom);
    });
  }

  /** The second visible row that survives: the first may be a boundary that changes its separator or group. */
  private anchor(): HTMLElement | undefined {
    const keys = this.keys();
    const { bottom } = this.pane.getBoundingClientRect();
    const seen = this.visible().filter((row) => keys.has(row.dataset.key ?? ''));
    if (seen.length > 0) return seen[1] ?? seen[0];
    const { top } = this.pane.getBoundingClientRect();
    return this.rows().find((row) => {
      const box = row.getBoundingClientRect();
      return keys.has(row.dataset.key ?? '') && box.bottom > top && box.top < bottom;
    });
  }
}

function room(align: Exclude<Place, 'bottom'>['align'], pane: number, row: number): number {
  if (typeof align === 'object') return align.top_px;
  return align === 'centre' ? Math.max(0, (pane - row) / 2) : pane / 4;
}
