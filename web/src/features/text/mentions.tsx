import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useCallback, useRef, useSyncExternalStore } from 'react';
import type { Engine, User } from '@/engine';
import { splitNames } from '@/lib/markdown';
import { cx } from '@/ui';

/** Who is named in a text, by username in small letters; `all` and `here` are everybody. */
export interface Mentioned {
  people: ReadonlyMap<string, User>;
  everybody: ReadonlySet<string>;
  me: string;
}

/** A message that names more has them as text: each would be one more person to fetch. */
const MOST = 50;

/** The people a message mentions, as far as they are known yet. The same object until one of them changes. */
export function useMentioned(engine: Engine, mentions: readonly string[]): Mentioned {
  const key = mentions.slice(0, MOST).join(',');
  const last = useRef<{ key: string; users: (User | undefined)[]; mentioned: Mentioned }>(undefined);
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = idsOf(key).map((id) => engine.user(id).subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [engine, key],
  );
  return useSyncExternalStore(subscribe, () => {
    const users = idsOf(key).map((id) => engine.user(id).get());
    const before = last.current;
    if (before?.key === key && before.users.every((user, i) => user === users[i])) return before.mentioned;
    const people = new Map(users.flatMap((user) => (user ? [[user.username.toLowerCase(), user] as const] : [])));
    const everybody = new Set(key.split(',').filter((name) => name === 'all' || name === 'here'));
    const mentioned = { people, everybody, me: engine.me.get().id };
    last.current = { key, users, mentioned };
    return mentioned;
  });
}

function idsOf(key: string): string[] {
  return key.split(',').filter((id) => /^\d+$/.test(id));
}

/** The text with those whom it names marked. */
export function withMentions(text: string, { people, everybody, me }: Mentioned): ReactNode {
  if (people.size === 0 && everybody.size === 0) return text;
  return splitNames(text, (name) => people.has(name) || everybody.has(name)).map((part, i) =>
    part.name === undefined ? (
      part.text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <Mention key={i} text={part.text} user={people.get(part.name)} mine={people.get(part.name)?.id === me} />
    ),
  );
}

function Mention({ text, user, mine }: { text: string; user: User | undefined; mine: boolean }) {
  const { t } = useLingui();
  const strong = mine || user === undefined;
  return (
    <bdi
      title={user?.name ?? t`Everybody here`}
      className={cx(
        'rounded-sm px-0.5 font-medium box-decoration-clone',
        strong ? 'bg-warn-soft text-warn forced:outline' : 'bg-selected text-accent',
      )}
    >
      {text}
    </bdi>
  );
}
