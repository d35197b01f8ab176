/** A set of whole emoji as the browser knows them, flags and families included; a lone digit or © is none. */
const LONE = /^\s*(?:(?:\p{RGI_Emoji}|\p{Emoji_Presentation})\s*){1,3}$/v;
/** Three of the longest have fewer UTF-16 units. */
const MOST_CHARS = 64;

/** One to three emoji and nothing else: they are shown large. */
export function isLoneEmoji(text: string): boolean {
  return text.length <= MOST_CHARS && LONE.test(text);
}
