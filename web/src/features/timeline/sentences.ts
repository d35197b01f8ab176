/** What happened to a conversation, in words. Names come in as they are to be shown. */
import { t } from '@lingui/core/macro';
import type { Conversation, Role } from '@/engine';
import { duration } from '@/lib/time';
import type { SystemEntry } from './model';
import { isolated } from './names';

export interface Cast {
  kind: Conversation['kind'];
  /** Did oneself do it? */
  own: boolean;
  /** Was it done to oneself alone? */
  to_me: boolean;
  actor: string;
  /** Those it was done to, as a list in the reader's language. */
  people: string;
}

export function sentenceOf(entry: SystemEntry, cast: Cast): string {
  const { own, to_me, actor, people } = cast;
  switch (entry.kind) {
    case 'created':
      return begun(cast);
    case 'joined':
      if (own) return t`You added ${people}.`;
      return to_me ? t`${actor} added you.` : t`${actor} added ${people}.`;
    case 'left':
      return own ? t`You left.` : t`${actor} left.`;
    case 'removed':
      if (own) return t`You removed ${people}.`;
      return to_me ? t`${actor} removed you.` : t`${actor} removed ${people}.`;
    case 'renamed': {
      const title = isolated(entry.title);
      return own ? t`You named the group “${title}”.` : t`${actor} named the group “${title}”.`;
    }
    case 'settings': {
      const after = entry.settings.disappear_after_ms;
      if (after == null) return own ? t`You let messages stay.` : t`${actor} let messages stay.`;
      const time = duration(after);
      return own ? t`You let new messages disappear after ${time}.` : t`${actor} let new messages disappear after ${time}.`;
    }
    case 'role':
      return promoted(entry.role, cast);
    default:
      // A kind of a newer server: it happened, though this client has no words for it.
      return t`Something changed here.`;
  }
}

function begun({ kind, own, actor }: Cast): string {
  if (kind === 'notes') return t`Only you can read what you write here.`;
  if (kind === 'direct') return t`Your conversation begins here.`;
  return own ? t`You created the group.` : t`${actor} created the group.`;
}

function promoted(role: Role, { own, actor, people }: Cast): string {
  switch (role) {
    case 'owner':
      return own ? t`You made ${people} an owner.` : t`${actor} made ${people} an owner.`;
    case 'admin':
      return own ? t`You made ${people} an admin.` : t`${actor} made ${people} an admin.`;
    default:
      return own ? t`You made ${people} a member.` : t`${actor} made ${people} a member.`;
  }
}
