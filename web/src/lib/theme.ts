import { recall, remember } from './device-store';

export type Theme = 'system' | 'light' | 'dark';

/** Applies a theme and keeps it for the next start, where public/theme.js reads it before the first paint. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  if (recall('theme') !== theme) remember('theme', theme);
}
