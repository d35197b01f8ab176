import { useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import type { Engine } from '@/engine';
import { clock } from '@/lib/time';
import type { SystemEntry } from './model';
import { isolated, useNames } from './names';

interface SystemLineProps {
  engine: Engine;
  entry: SystemEntry;
  kind: 'direct' | 'group' | 'notes';
  rowKey: string;
  focusable: boolean;
}

/** A change of the conversation itself, as a sentence between the messages. */
export const SystemLine = memo(function SystemLine({ engine, entry, kind, rowKey, focusable }: SystemLineProps) {
  const sentence = useSentence(engine, entry, kind);
  return (
    <article
      data-key={rowKey}
      data-seq={entry.seq}
      tabIndex={focusable ? 0 : -1}
      aria-label={`${sentence} ${clock(entry.at)}`}
      className="mx-auto my-2 max-w-md rounded-md px-3 text-center text-sm text-pretty text-soft"
    >
      {sentence}
    </article>
  );
});

function useSentence(engine: Engine, entry: SystemEntry, kind: SystemLineProps['kind']): string {
  const { t, i18n } = useLingui();
  const me = engine.me.get().id;
  const users = 'users' in entry ? entry.users : [];
  const [actorName = '', ...userNames] = useNames(engine, [entry.actor, ...users]);
  const own = entry.actor === me;
  const actor = isolated(actorName || t`Someone`);
  const meToo = users.length === 1 && users[0] === me;
  const others = userNames.map((name, i) => (users[i] === me ? t`you` : isolated(name || t`someone`)));
  const locale = i18n.locale === 'pseudo' ? 'en' : i18n.locale;
  const people = new Intl.ListFormat(locale, { type: 'conjunction' }).format(others);
  switch (entry.kind) {
    case 'created':
      return begunSentence(t, kind, own, actor);
    case 'joined':
      if (own) return t`You added ${people}.`;
      return meToo ? t`${actor} added you.` : t`${actor} added ${people}.`;
    case 'left':
      return own ? t`You left.` : t`${actor} left.`;
    case 'removed':
      if (own) return t`You removed ${people}.`;
      return meToo ? t`${actor} removed you.` : t`${actor} removed ${people}.`;
    case 'renamed': {
      const title = isolated(entry.title);
      return own ? t`You named the group “${title}”.` : t`${actor} named the group “${title}”.`;
    }
    case 'role':
      return roleSentence(t, entry.role, own, actor, people);
    default:
      // A kind of a newer server: it happened, though this client has no words for it.
      return t`Something changed here.`;
  }
}

function begunSentence(t: Translate, kind: SystemLineProps['kind'], own: boolean, actor: string): string {
  if (kind === 'notes') return t`Only you can read what you write here.`;
  if (kind === 'direct') return t`Your conversation begins here.`;
  return own ? t`You created the group.` : t`${actor} created the group.`;
}

type Translate = ReturnType<typeof useLingui>['t'];

function roleSentence(t: Translate, role: 'owner' | 'admin' | 'member', own: boolean, actor: string, people: string): string {
  switch (role) {
    case 'owner':
      return own ? t`You made ${people} an owner.` : t`${actor} made ${people} an owner.`;
    case 'admin':
      return own ? t`You made ${people} an admin.` : t`${actor} made ${people} an admin.`;
    default:
      return own ? t`You made ${people} a member.` : t`${actor} made ${people} a member.`;
  }
}
