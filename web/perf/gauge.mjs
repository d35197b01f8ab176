/**
 * Runs in every page before its own code, as `globalThis.gauge`. All times end when the frame that shows the result has been
 * painted, in ms of `performance.now()`. The marks `began` and `ended` let the trace tell the time of the processor between.
 */
export function installGauge() {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  /** The first task after a frame's callbacks is the first after its layout and paint. */
  const painted = async () => {
    await frame();
    return scheduler.postTask(() => performance.now(), { priority: 'user-blocking' });
  };
  const drawn = async (shown) => {
    for (;;) {
      const at = await painted();
      if (shown()) return at;
    }
  };

  const inTasks = (items, work) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      let left = items.length;
      port1.onmessage = ({ data }) => {
        work(data);
        left -= 1;
        if (left === 0) resolve();
      };
      for (const item of items) port2.postMessage(item);
    });

  const observe = (type, take, how) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...how });
  const vitals = { lcp_ms: 0, cls: 0, inp_ms: 0 };
  observe('largest-contentful-paint', ({ startTime }) => {
    vitals.lcp_ms = startTime;
  });
  observe('layout-shift', ({ value, hadRecentInput }) => {
    if (!hadRecentInput) vitals.cls += value;
  });
  const longest = ({ interactionId, duration }) => {
    if (interactionId) vitals.inp_ms = Math.max(vitals.inp_ms, duration);
  };
  observe('event', longest, { durationThreshold: 16 });

  let socket;
  let held;
  globalThis.WebSocket = class extends WebSocket {
    constructor(...where) {
      super(...where);
      socket = this;
      // Before whatever the page listens with.
      this.addEventListener('message', (event) => {
        if (held === undefined) return;
        event.stopImmediatePropagation();
        held.push(event.data);
      });
    }
  };

  globalThis.gauge = {
    drawn,
    vitals,
    first_message: drawn(() => document.querySelector('[role=log] [data-seq]')),

    /** `took`: from the input event of that type that comes next to the frame in which `shown`. */
    next(type, shown) {
      this.took = new Promise((resolve) => {
        const begin = async ({ timeStamp }) => {
          performance.mark('began');
          const at = await drawn(shown);
          performance.mark('ended');
          resolve(at - timeStamp);
        };
        addEventListener(type, begin, { capture: true, once: true });
      });
    },

    /** Keeps back what comes over the socket, so that the server's pace is not counted. */
    hold() {
      held = [];
    },
    held: () => held.filter((text) => text.includes('"op":"entry"')).length,
    /** Hands on what was kept back, in one task or each in its own as a socket does, until the next painted frame. */
    async release(at_once) {
      const frames = held;
      held = undefined;
      const hand = (data) => socket.dispatchEvent(new MessageEvent('message', { data }));
      const began = performance.now();
      performance.mark('began');
      if (at_once) frames.forEach(hand);
      else await inTasks(frames, hand);
      const at = await painted();
      performance.mark('ended');
      return at - began;
    },
  };
}
