import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
const COLOURS = ['color-contrast', 'link-in-text-block'];
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
type Size = keyof typeof SIZES;
const THEMES = ['light', 'dark'] as const;

/** axe finds nothing on this screen: wide and narrow, light and dark. The page is left as it was. */
export async function expectAccessible(
  page: Page,
  screen = new URL(page.url()).pathname,
  sizes: readonly Size[] = ['desktop', 'phone'],
): Promise<void> {
  const size = page.viewportSize();
  for (const name of sizes) {
    await page.setViewportSize(SIZES[name]);
    // The code of a screen comes with its first visit: until then nothing is there to be judged.
    for (const part of ['main', 'h1']) await expect(page.locator(part).first()).toBeAttached();
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await animationsEnd(page);
      const axe = new AxeBuilder({ page });
      // A theme changes colours and nothing else.
      const { violations } = await (colorScheme === 'light' ? axe.withTags(RULES) : axe.withRules(COLOURS)).analyze();
      const told = violations.map(
        ({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).join('\n    ')}`,
      );
      expect.soft(told, `${screen}, ${name}, ${colorScheme}`).toEqual([]);
    }
  }
  if (size) await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

/** Colours are judged when nothing moves any more; what moves for ever (a spinner) is left alone. */
async function animationsEnd(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map((one) => one.finished));
  });
}
