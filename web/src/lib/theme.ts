import { recall, remember } from './device-store';

export type Theme = 'system' | 'light' | 'dark';

/** `canvas` of styles.css. */
const FRAME = { light: '#f4f1ec', dark: '#191816' } as const;

/** Applies a theme and keeps it for the next start, where public/theme.js reads it before the first paint. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // The colour of the browser's own frame: one for each scheme of the system, or twice the chosen one.
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = FRAME[theme === 'system' ? (meta.media.includes('dark') ? 'dark' : 'light') : theme];
  }
  if (recall('theme') !== theme) remember('theme', theme);
}
