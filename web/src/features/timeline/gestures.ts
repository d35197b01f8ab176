/** What fingers and the right mouse button mean on the rows. The rows carry `data-key`; the pane listens for all of them. */
import { type MouseEvent, type PointerEvent, useRef } from 'react';

const LONG_PRESS_MS = 450;
/** A finger that moved further presses nothing. */
const STILL_PX = 10;
const SWIPE_PX = 56;
const FURTHEST_PX = 84;
/** The edges belong to the system's own gesture for Back. */
const EDGE_PX = 24;

export interface Gestures {
  /** The menu of this row; without a point it was asked for by key. */
  menu: (row: HTMLElement, point?: { x: number; y: number }) => void;
  /** May this row be swiped? */
  swipable: (row: HTMLElement) => boolean;
  swiped: (row: HTMLElement) => void;
}

interface Touch {
  row: HTMLElement;
  x: number;
  y: number;
  timer: ReturnType<typeof setTimeout>;
  /** How far it has been swiped; undefined while it is not clear what this will be. */
  by: number | undefined;
}

const rowAt = (target: EventTarget) => (target as HTMLElement).closest<HTMLElement>('article[data-key]');
const rtl = () => document.documentElement.dir === 'rtl';

export function useGestures(gestures: Gestures) {
  const touch = useRef<Touch>(undefined);
  const pressed = useRef(false);

  const end = () => {
    const { current: now } = touch;
    if (!now) return undefined;
    clearTimeout(now.timer);
    touch.current = undefined;
    now.row.style.translate = '';
    now.row.removeAttribute('data-swiped');
    return now;
  };

  return {
    onContextMenu: (event: MouseEvent) => {
      const row = rowAt(event.target);
      const { pointerType } = event.nativeEvent as globalThis.PointerEvent;
      // A message not sent yet has no menu of ours, and links keep the browser's own; so does a selection, to copy it.
      if (!row?.dataset.seq || (event.target as HTMLElement).closest('a')) return;
      if (selectedIn(row) && pointerType === 'mouse') return;
      event.preventDefault();
      // On touch the timer below has asked already, or will.
      if (pointerType !== 'touch')
        gestures.menu(row, pointerType === 'mouse' ? { x: event.clientX, y: event.clientY } : undefined);
    },
    onPointerDown: (event: PointerEvent) => {
      end();
      pressed.current = false;
      // A message may be on its way yet, and be sent while it is pressed.
      const row = rowAt(event.target);
      if (event.pointerType !== 'touch' || !event.isPrimary || !row) return;
      const timer = setTimeout(() => {
        end();
        if ((event.target as HTMLElement).closest('a, button, input')) return;
        pressed.current = true;
        gestures.menu(row);
      }, LONG_PRESS_MS);
      touch.current = { row, x: event.clientX, y: event.clientY, timer, by: undefined };
    },
    onPointerMove: (event: PointerEvent) => {
      const { current: now } = touch;
      if (!now || !event.isPrimary) return;
      const [dx, dy] = [event.clientX - now.x, event.clientY - now.y];
      const forward = rtl() ? -dx : dx;
      if (now.by === undefined) {
        if (Math.hypot(dx, dy) < STILL_PX) return;
        const edge = now.x < EDGE_PX || now.x > window.innerWidth - EDGE_PX;
        if (forward < Math.abs(dy) * 1.5 || edge || !gestures.swipable(now.row)) {
          end();
          return;
        }
        clearTimeout(now.timer);
      }
      now.by = Math.max(0, Math.min(FURTHEST_PX, forward));
      // Far enough: letting go now does it.
      now.row.toggleAttribute('data-swiped', now.by >= SWIPE_PX);
      now.row.style.translate = `${rtl() ? -now.by : now.by}px`;
    },
    onPointerUp: () => {
      const now = end();
      if (now?.by !== undefined && now.by >= SWIPE_PX) gestures.swiped(now.row);
    },
    onPointerCancel: end,
    /** The click that ends a long press does nothing else. */
    onClickCapture: (event: MouseEvent) => {
      if (!pressed.current) return;
      pressed.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

function selectedIn(row: HTMLElement): boolean {
  const selection = window.getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(row, true);
}
