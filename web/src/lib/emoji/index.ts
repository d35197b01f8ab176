export { type Emoji, type EmojiSet, findEmoji, loadEmoji, loadedEmoji } from './data';
export { isLoneEmoji } from './lone';
export { recentEmoji, setSkinTone, skinTone, usedEmoji } from './own';
