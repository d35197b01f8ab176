/** Words the engine's tests share. */
import { createGate, type Engine, type Me, type Message, type Timeline } from '../index';
import { type Browser, type Tab, World } from './world';

export async function enter(tab: Tab, me: Me): Promise<Engine> {
  const { world } = tab.browser;
  const engine = await world.settled(createGate(tab.env).login({ login: me.username, password: 'x' }));
  await world.until(() => engine.connection.get().state === 'online', 'online');
  return engine;
}

export async function resume(browser: Browser, { visible = true } = {}): Promise<{ tab: Tab; engine: Engine }> {
  const tab = browser.tab({ visible });
  const engine = await browser.world.settled(createGate(tab.env).resume());
  if (engine === undefined) throw new Error('nobody is signed in');
  return { tab, engine };
}

/** Alice and Bob, their group Lunch, and Alice's browser with one tab. */
export function home(seed = 1, delay_ms = 0) {
  const world = new World(seed, delay_ms);
  const { server } = world;
  const [alice, bob] = [server.person('Alice'), server.person('Bob')];
  const lunch = server.group('Lunch', alice, bob);
  const browser = world.browser();
  return { world, server, alice, bob, lunch, browser, tab: browser.tab() };
}

export function texts(timeline: Timeline): string[] {
  return timeline.snapshot().rows.map((row) => {
    if (row.type === 'pending') return `(${row.pending.state}) ${row.pending.text}`;
    return row.entry.kind === 'message' ? row.entry.message.text : row.entry.kind;
  });
}

/** First and last seq of the window. */
export function bounds(timeline: Timeline): [number, number] {
  const seqs = timeline.snapshot().rows.flatMap((row) => (row.type === 'entry' ? [row.entry.seq] : []));
  return [seqs[0] ?? 0, seqs[seqs.length - 1] ?? 0];
}

export async function leading(engine: Engine): Promise<boolean> {
  return ((await engine.debug()) as { leading: boolean }).leading;
}

export function message(timeline: Timeline, seq: number): Message | undefined {
  const row = timeline.snapshot().rows.find((one) => one.type === 'entry' && one.entry.seq === seq);
  return row?.type === 'entry' && row.entry.kind === 'message' ? row.entry.message : undefined;
}
