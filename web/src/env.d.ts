/// <reference types="vite/client" />

declare module '*.po' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}

declare module 'virtual:emoji/*' {
  /** A line for each emoji; see build/emoji-data.ts. */
  const lines: string;
  export default lines;
}
