import { useEffect, useState } from 'react';
import type { ConversationView, Engine } from '@/engine';
import type { Mentionable } from './mentions';

export interface Person extends Mentionable {
  name: string;
}

const NOBODY: readonly Person[] = [];

/**
 * Who can be mentioned here: the other members, asked for once somebody types an `@`, and anew when their number has
 * changed. Without an answer (offline) nobody but the other side of a direct chat.
 */
export function usePeople(engine: Engine, conversation: ConversationView | undefined, wanted: boolean): readonly Person[] {
  const [people, setPeople] = useState<readonly Person[]>();
  const { kind, members_count, peer, parent } = conversation ?? {};
  // A thread is read by those who read what it hangs from.
  const id = parent?.conversation ?? conversation?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: their number is what says "changed"
  useEffect(() => {
    if (!wanted || id === undefined || kind === 'notes') return undefined;
    let gone = false;
    engine.members(id).then(
      (members) => {
        const me = engine.me.get().id;
        if (!gone) setPeople(members.map(({ user }) => user).filter((user) => user.id !== me));
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [engine, id, kind, members_count, wanted]);
  return people ?? (peer ? [peer] : NOBODY);
}
