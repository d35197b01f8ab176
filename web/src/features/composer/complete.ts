import type { ConversationView } from '@/engine';
import { titleOf } from '@/features/session';
import { type Emoji, type EmojiSet, findEmoji } from '@/lib/emoji';
import { paths } from '@/lib/paths';
import { rank } from '@/lib/rank';
import type { Asked } from './asked';
import type { Edit } from './edit';
import { EVERYBODY } from './mentions';
import type { Person } from './people';

export type Suggestion =
  | { kind: 'person'; key: string; person: Person }
  | { kind: 'everybody'; key: string; name: (typeof EVERYBODY)[number] }
  | { kind: 'conversation'; key: string; conversation: ConversationView }
  | { kind: 'emoji'; key: string; emoji: Emoji };

const SHOWN = 8;

export interface Known {
  people: readonly Person[];
  everybody: boolean;
  conversations: readonly ConversationView[];
  emoji: EmojiSet | undefined;
}

export function suggestions({ sign, query }: Pick<Asked, 'sign' | 'query'>, known: Known): Suggestion[] {
  switch (sign) {
    case '@': {
      const all = known.everybody ? EVERYBODY.filter((name) => name.startsWith(query.toLowerCase())) : [];
      const people = rank(known.people, query, SHOWN - all.length, { names: ({ name, username }) => [username, name] });
      return [
        ...people.map((person): Suggestion => ({ kind: 'person', key: person.id, person })),
        ...all.map((name): Suggestion => ({ kind: 'everybody', key: name, name })),
      ];
    }
    case '#':
      return rank(known.conversations, query, SHOWN, { names: (one) => [titleOf(one)] }).map((conversation) => ({
        kind: 'conversation',
        key: conversation.id,
        conversation,
      }));
    default:
      return known.emoji === undefined
        ? []
        : findEmoji(known.emoji, query, SHOWN).map((emoji) => ({ kind: 'emoji', key: emoji.emoji, emoji }));
  }
}

/** The suggestion in the place of what was asked, and a space to go on behind it. */
export function completed(text: string, { from, to }: Asked, chosen: Suggestion, origin: string, tone: number): Edit {
  const words = wordsOf(chosen, origin, tone);
  const space = text[to] === ' ' ? 1 : 0;
  const end = from + words.length + 1;
  return { from, to: to + space, text: `${words} `, select: [end, end] };
}

function wordsOf(chosen: Suggestion, origin: string, tone: number): string {
  switch (chosen.kind) {
    case 'person':
      return `@${chosen.person.username}`;
    case 'everybody':
      return `@${chosen.name}`;
    case 'emoji':
      return chosen.emoji.tones?.[tone - 1] ?? chosen.emoji.emoji;
    default: {
      const title = titleOf(chosen.conversation).replace(/[\\[\]`*_~|<]/g, '\\$&');
      return `[#${title}](${origin}${paths.conversation(chosen.conversation.id)})`;
    }
  }
}
