import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Engine, Row, Timeline, TimelineWindow } from '@/engine';
import { afterPaint } from '@/lib/frames';
import { placeOf as placeOfAddress } from '@/lib/paths';
import { onJump } from './jumps';
import { urgent } from './screenful';
import { PAGE_PX, type Place, Scroller } from './scroller';

const HIGHLIGHT_MS = 2_000;

interface Left {
  seq: number;
  top_px: number;
}

/** Where to go once the rows are there; with `top_px` it is where the reader was before. */
export type Goal = 'open' | 'latest' | { seq: number } | Left;

/** Where the reader left conversations before their end, for as long as the page lives. */
const left = new WeakMap<Engine, Map<string, Left>>();

function leftIn(engine: Engine): Map<string, Left> {
  const places = left.get(engine) ?? new Map<string, Left>();
  left.set(engine, places);
  return places;
}

/** What was asked for, else the first unread (which the engine finds), else where the reader was, else the end. */
function goalOf(engine: Engine, conversation: string, seq: number | undefined): Goal {
  if (seq !== undefined) return { seq };
  const unread = engine.conversation(conversation).get()?.unread ?? 0;
  return (unread === 0 ? leftIn(engine).get(conversation) : undefined) ?? 'open';
}

export interface Shown {
  window: TimelineWindow;
  scroller: RefObject<Scroller | undefined>;
  highlighted: number | undefined;
  /** Is the reader away from the end of the log? */
  away: boolean;
  to_latest: () => void;
  /** To be called on each scroll. */
  scrolled: () => void;
  again: () => void;
}

export interface Opened {
  timeline: Timeline;
  goal: Goal;
}

/** Opens the timeline for as long as the component is mounted. */
export function useOpened(engine: Engine, conversation: string, seq: number | undefined): Opened | undefined {
  const [opened, setOpened] = useState<Opened>();
  const at = useRef(seq);
  useLayoutEffect(() => {
    const goal = goalOf(engine, conversation, at.current);
    const timeline = engine.open_timeline(conversation, typeof goal === 'object' ? { seq: goal.seq } : undefined);
    setOpened({ timeline, goal });
    return () => timeline.close();
  }, [engine, conversation]);
  return opened;
}

/** The window on screen and the reader's place in it. */
export function useWindow(
  engine: Engine,
  { timeline, goal }: Opened,
  seq: number | undefined,
  pane: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): Shown {
  const [window, setWindow] = useState(() => {
    const whole = timeline.snapshot();
    const place = placeOf(goal, whole, timeline.opened_at_read_seq);
    return place === undefined ? whole : urgent(whole, [], place, Scroller.last_height_px ?? globalThis.innerHeight);
  });
  const [highlighted, setHighlighted] = useState<number>();
  const [away, setAway] = useState(false);
  const scroller = useRef<Scroller>(undefined);
  const wanted = useRef<Goal | undefined>(goal);
  const asked = useRef('');
  const shown = useRef(window);
  const steps = useRef({ page: () => {}, update: () => {}, again: () => {} });

  useLayoutEffect(() => {
    if (pane.current === null || content.current === null) return undefined;
    const keys = () => new Set(timeline.snapshot().rows.map((row) => row.key));
    const follow = () => timeline.follow(made.is_pinned());
    const made = new Scroller(pane.current, content.current, keys, follow, () => !shown.current.has_after);
    scroller.current = made;
    const page = () => {
      const { rows, has_before, has_after, loading } = timeline.snapshot();
      setAway(has_after || made.below() > PAGE_PX / 3);
      if (loading !== 'none' || rows.length === 0 || wanted.current !== undefined) return;
      const ask = (edge: string, row: Row | undefined, go: () => Promise<void>) => {
        const name = `${edge} ${row?.key}`;
        // One request for an edge: after a failure the reader asks again, not the scroll wheel.
        if (asked.current !== name) void go();
        asked.current = name;
      };
      if (has_before && made.above() < PAGE_PX) ask('before', rows[0], () => timeline.page_before());
      else if (has_after && made.below() < PAGE_PX) ask('after', rows[rows.length - 1], () => timeline.page_after());
    };
    const placeIn = (next: TimelineWindow) => placeOf(wanted.current, next, timeline.opened_at_read_seq);
    const arrive = () => {
      if (typeof wanted.current === 'object' && !('top_px' in wanted.current)) setHighlighted(wanted.current.seq);
      wanted.current = undefined;
    };
    /** What one does not see at once has waited for the frame. */
    let all = false;
    let cancel = () => {};
    const rest = () => {
      cancel();
      cancel = afterPaint(() => {
        all = true;
        update();
      });
    };
    const update = () =>
      made.change(() => {
        const whole = timeline.snapshot();
        const place = placeIn(whole);
        const sight = place ?? (made.stays() ? 'bottom' : undefined);
        const next = all || sight === undefined ? whole : urgent(whole, shown.current.rows, sight, made.height());
        all = false;
        const apply = () => {
          shown.current = next;
          setWindow(next);
          if (place !== undefined && next === whole) arrive();
        };
        return { apply, place, done: next === whole ? page : rest };
      });
    const again = () => {
      asked.current = '';
      if (timeline.snapshot().rows.length === 0) void timeline.jump_to_latest();
      else page();
    };
    steps.current = { page, update, again };
    /** A screenful of what was at hand is drawn already: no second drawing of it before one sees it. */
    const begin = () => {
      const place = placeIn(shown.current);
      if (place === undefined) return update();
      made.go(place);
      if (shown.current !== timeline.snapshot()) return rest();
      arrive();
      page();
    };
    const stop = timeline.subscribe(update);
    begin();
    return () => {
      stop();
      cancel();
      // The rows are still there: effects are taken back before the page is.
      const place = made.left_at();
      if (place !== undefined) leftIn(engine).set(timeline.conversation, place);
      else if (wanted.current === undefined) leftIn(engine).delete(timeline.conversation);
      made.stop();
    };
  }, [engine, timeline, pane, content]);

  useEffect(
    () =>
      engine.connection.subscribe(() => {
        const back = engine.connection.get().state === 'online';
        if (back && timeline.snapshot().error !== undefined) steps.current.again();
      }),
    [engine, timeline],
  );

  const jump = useCallback(
    (to: number) => {
      wanted.current = { seq: to };
      void timeline.jump_to(to).then(() => steps.current.update());
    },
    [timeline],
  );
  useEffect(() => onJump(timeline.conversation, jump), [timeline, jump]);
  const first = useRef(seq);
  useEffect(() => {
    if (seq === undefined || seq === first.current) return;
    first.current = seq;
    jump(seq);
  }, [jump, seq]);
  useEffect(() => {
    // A link to where one is already changes nothing in the address, but it leads there all the same.
    const again = () => {
      const place = placeOfAddress(location.pathname, location.search.slice(1));
      const here = place.screen === 'conversation' && place.id === timeline.conversation && place.seq === first.current;
      if (here && first.current !== undefined) jump(first.current);
    };
    globalThis.addEventListener('pushState', again);
    return () => globalThis.removeEventListener('pushState', again);
  }, [timeline, jump]);

  useEffect(() => {
    if (highlighted === undefined) return undefined;
    const timer = setTimeout(() => setHighlighted(undefined), HIGHLIGHT_MS);
    return () => clearTimeout(timer);
  }, [highlighted]);

  return {
    window,
    scroller,
    highlighted,
    away,
    to_latest: () => {
      wanted.current = 'latest';
      void timeline.jump_to_latest().then(() => steps.current.update());
    },
    scrolled: () => {
      scroller.current?.scrolled();
      steps.current.page();
    },
    again: () => steps.current.again(),
  };
}

/** Where the goal is in this window; undefined without a goal, or without rows that it could be among. */
function placeOf(wanted: Goal | undefined, window: TimelineWindow, read_seq: number): Place | undefined {
  if (wanted === undefined || window.loading === 'initial' || window.rows.length === 0) return undefined;
  if (wanted === 'latest') return 'bottom';
  if (typeof wanted === 'object') {
    return { key: keyAt(window, wanted.seq), align: 'top_px' in wanted ? { top_px: wanted.top_px } : 'centre' };
  }
  const first_new = window.rows.find((row) => row.type === 'entry' && row.entry.seq > read_seq);
  return read_seq > 0 && first_new !== undefined ? { key: first_new.key, align: 'start' } : 'bottom';
}

function keyAt(window: TimelineWindow, seq: number): string {
  return window.rows.find((row) => row.type === 'entry' && row.entry.seq === seq)?.key ?? '';
}
