/** Which emoji this person uses on this device: the latest ones and the skin tone. */
import { recall, remember } from '@/lib/device-store';

const KEPT = 16;

/** Latest first. */
export function recentEmoji(): string[] {
  return (recall('recent_emoji') ?? '').split(' ').filter(Boolean);
}

export function usedEmoji(emoji: string): void {
  remember('recent_emoji', [emoji, ...recentEmoji().filter((other) => other !== emoji)].slice(0, KEPT).join(' '));
}

/** 0: none; 1 to 5 from light to dark. */
export function skinTone(): number {
  const tone = Number(recall('skin_tone'));
  return Number.isInteger(tone) && tone >= 0 && tone <= 5 ? tone : 0;
}

export function setSkinTone(tone: number): void {
  remember('skin_tone', tone === 0 ? undefined : String(tone));
}
