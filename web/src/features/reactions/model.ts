import { t } from '@lingui/core/macro';
import type { Engine, Message } from '@/engine';

/** Where nobody has used any yet. */
const USUAL = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

/** Six to choose from quickly: the latest ones, filled up with the usual ones. */
export function quickEmoji(recent: readonly string[]): string[] {
  return [...new Set([...recent.slice(0, USUAL.length), ...USUAL])].slice(0, USUAL.length);
}

export function toggleReaction(engine: Engine, { conversation, seq, reactions }: Message, emoji: string): void {
  const mine = reactions?.some((one) => one.emoji === emoji && one.mine) ?? false;
  void engine.react(conversation, seq, emoji, !mine);
}

const NAMED = 8;

/** "You, Bob and 3 more" */
export function namesOf(names: readonly string[], count: number): string {
  const shown = names.slice(0, NAMED);
  const more = count - shown.length;
  return more > 0 ? t`${shown.join(', ')} and ${more} more` : shown.join(', ');
}
