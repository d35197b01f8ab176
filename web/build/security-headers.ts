import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

export const headers: Record<string, string> = JSON.parse(
  readFileSync(new URL('../security-headers.json', import.meta.url), 'utf8'),
);

/** One nonce is enough in development: it only lets Vite's own inline preamble and injected styles through. */
const DEV_NONCE = 'dev';

/** Serves the shell's security headers in dev and preview too, so that a violation is seen before the server's tests see it. */
export function securityHeaders(): Plugin {
  return {
    name: 'parlor:security-headers',
    config: (_, { command, isPreview }) => {
      if (isPreview) return { preview: { headers } };
      if (command !== 'serve') return {};
      const csp = (headers['Content-Security-Policy'] ?? '')
        .replace("script-src 'self'", `script-src 'self' 'nonce-${DEV_NONCE}'`)
        .replace("style-src 'self'", `style-src 'self' 'nonce-${DEV_NONCE}'`)
        .replace("connect-src 'self'", "connect-src 'self' ws:");
      return { html: { cspNonce: DEV_NONCE }, server: { headers: { ...headers, 'Content-Security-Policy': csp } } };
    },
  };
}
