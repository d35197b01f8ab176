/// <reference types="vitest/config" />
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type PluginOption } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { chunks } from './build/chunks.ts';
import { emojiData, LICENCES } from './build/emoji-data.ts';
import { linguiMacro } from './build/lingui-macro.ts';
import { lucideIcons } from './build/lucide-icons.ts';
import { headers, securityHeaders } from './build/security-headers.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** index.html is cached together with its headers: a change of either must give it a new precache revision, or an old CSP lives on. */
const headersHash = createHash('sha256').update(JSON.stringify(headers)).digest('hex').slice(0, 8);

function serviceWorker(): PluginOption {
  if (!existsSync(at('src/sw/sw.ts'))) return [];
  return VitePWA({
    strategies: 'injectManifest',
    srcDir: 'src/sw',
    filename: 'sw.ts',
    injectRegister: false,
    manifest: false,
    injectManifest: {
      globPatterns: ['**/*.{html,js,css,svg,png,webmanifest,woff2}'],
      globIgnores: ['sw.js', 'sw.mjs', '**/debug-*', '**/pseudo-*'],
      dontCacheBustURLsMatching: /^assets\//,
      manifestTransforms: [
        (entries) => ({
          manifest: entries.map((entry) =>
            entry.url === 'index.html' ? { ...entry, revision: `${entry.revision}-${headersHash}` } : entry,
          ),
          warnings: [],
        }),
      ],
    },
  });
}

export default defineConfig({
  resolve: {
    alias: {
      '@': at('src'),
      'decode-named-character-reference': at('src/lib/markdown/no-entities.ts'),
      // For versions of React that have no such hook of their own.
      'use-sync-external-store/shim/index.js': 'react',
    },
  },
  plugins: [
    securityHeaders(),
    emojiData(),
    linguiMacro(),
    lucideIcons(),
    react(),
    lingui({ cwd: at('.') }),
    tailwindcss(),
    serviceWorker(),
  ],
  build: {
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    manifest: true,
    license: { fileName: LICENCES },
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: chunks(at) } },
  },
  worker: { format: 'es' },
  server: {
    port: 5173,
    proxy: { '/api': { target: process.env.PARLOR_URL ?? 'http://localhost:8080', changeOrigin: true, ws: true } },
  },
  preview: {
    port: 4173,
    proxy: { '/api': { target: process.env.PARLOR_URL ?? 'http://localhost:8080', changeOrigin: true, ws: true } },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}', 'build/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    testTimeout: 40_000,
  },
});
