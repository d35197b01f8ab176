/** The page's heap with many messages in memory: as many of each conversation as the store keeps while it is not on screen. */
const RESTING = 200;
/** Conversations filled at a time: a page that falls behind is disconnected, and does not fetch what it missed unseen. */
const WAVE = 5;

export const once = true;

export async function measure({ browser, world, quick }) {
  const titles = Array.from({ length: quick ? 20 : 100 }, (_, i) => `Full ${i}`);
  const ids = await world.groups(titles);
  const messages = ids.length * RESTING;
  const tab = await browser.open(`/c/${world.short}`);
  await tab.ready();
  const before = await tab.heap_bytes();
  for (let at = 0; at < ids.length; at += WAVE) {
    const wave = ids.slice(at, at + WAVE);
    await world.talk(wave, wave.length * RESTING);
    await tab.cached((logs) => wave.every((id) => logs.get(id) >= RESTING));
  }
  const full = await tab.heap_bytes();
  await tab.close();
  return { messages, before_mb: before / 1e6, heap_mb: full / 1e6, message_bytes: (full - before) / messages };
}
