import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

/** `npm run screenshots`: makes docs/images anew from the real program. Emoji need a font (Debian: fonts-noto-color-emoji). */
export default defineConfig({ ...base, testDir: 'screenshots', testMatch: '*.shots.ts', workers: 1 });
