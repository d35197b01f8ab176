import { inCode } from './code';

/** What stands before the caret and asks to be completed. */
export interface Asked {
  sign: '@' | '#' | ':';
  query: string;
  /** Where the sign stands, and the caret. */
  from: number;
  to: number;
}

const ASKED = /(?:^|[\s([{"'>*_~|])(?:(@)([\p{L}\p{N}._-]{0,32})|(#)([^\s#@:]{1,32})|(:)([a-z0-9_+-]{2,32}))$/iu;
/** Far enough back for the longest word that is asked for. */
const LOOK_BACK = 40;

export function askedAt(text: string, at: number): Asked | undefined {
  const hit = ASKED.exec(text.slice(Math.max(0, at - LOOK_BACK), at));
  const [sign, query] = hit ? [hit[1] ?? hit[3] ?? hit[5], hit[2] ?? hit[4] ?? hit[6] ?? ''] : [];
  if (sign === undefined || query === undefined || inCode(text, at)) return undefined;
  return { sign: sign as Asked['sign'], query, from: at - query.length - 1, to: at };
}

const SHORTCODE = /(?<![\p{L}\p{N}:]):([a-z0-9_+-]{1,32}):$/iu;

/** The shortcode whose last colon has just been typed. */
export function shortcodeAt(text: string, at: number): { code: string; from: number } | undefined {
  const code = SHORTCODE.exec(text.slice(Math.max(0, at - LOOK_BACK), at))?.[1];
  if (code === undefined) return undefined;
  const from = at - code.length - 2;
  return inCode(text, from) ? undefined : { code: code.toLowerCase(), from };
}
