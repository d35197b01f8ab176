/**
 * Scrolls up step by step to the first message. In each frame a row that stays on screen must move by the step, whatever came
 * in above. A frame's time is its own, not that at which its callback got to run: on a page with nothing in it that differs by
 * milliseconds, too. Where the processor is slowed down it goes only as far as it comes within a time: frames there are like
 * those further up, and the whole way takes many minutes.
 */
import { quantile } from '../numbers.mjs';

const THROTTLED_MS = 40_000;

export async function measure({ browser, world, throttle }) {
  const tab = await browser.open(`/c/${world.long}`, throttle);
  await tab.ready();
  const busy_before = await tab.busy_ms();
  const { frames, ...seen } = await tab.page.evaluate(scrollUp, throttle > 1 ? THROTTLED_MS : Number.POSITIVE_INFINITY);
  const busy = (await tab.busy_ms()) - busy_before;
  await tab.close();
  return {
    p50_ms: quantile(frames, 0.5),
    p95_ms: quantile(frames, 0.95),
    // With what the measure itself asks.
    cpu_a_frame_ms: busy / frames.length,
    frames: frames.length,
    ...seen,
  };
}

async function scrollUp(limit_ms) {
  const STEP_PX = 120;
  /** Pages that still come keep it from the end; this long without one is the end. */
  const STUCK_FRAMES = 120;
  const pane = document.querySelector('[role=log]');
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const inSight = () => {
    const { top, bottom } = pane.getBoundingClientRect();
    return [...pane.querySelectorAll('[data-key]')].find((row) => {
      const box = row.getBoundingClientRect();
      return box.top > top + 100 && box.bottom < bottom;
    });
  };
  const frames = [];
  let [drift_px, backward, most_rows, stuck] = [0, 0, 0, 0];
  const began = await frame();
  let last = began;
  while (stuck < STUCK_FRAMES && last - began < limit_ms) {
    const row = inSight();
    const before = row?.getBoundingClientRect().top ?? 0;
    const step = Math.min(STEP_PX, pane.scrollTop);
    pane.scrollTop -= step;
    const now = await frame();
    frames.push(now - last);
    last = now;
    if (row?.isConnected) {
      const moved = row.getBoundingClientRect().top - before;
      drift_px = Math.max(drift_px, Math.abs(moved - step));
      if (moved < -1) backward += 1;
    }
    most_rows = Math.max(most_rows, pane.querySelectorAll('[data-key]').length);
    stuck = step === 0 ? stuck + 1 : 0;
  }
  const is_stuck = stuck === STUCK_FRAMES;
  if (is_stuck && pane.querySelector('[data-seq="2"]') === null) throw new Error('the scroll ended before the first message');
  return { frames: is_stuck ? frames.slice(0, -STUCK_FRAMES) : frames, drift_px, backward, most_rows };
}
