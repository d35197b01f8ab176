import { useEffect, useState } from 'react';
import type { ConversationView, Engine } from '@/engine';
import type { Mentionable } from './mentions';

export interface Person extends Mentionable {
  name: string;
}

const NOBODY: readonly Person[] = [];
/** The last answers, so that nobody waits twice, and names are known without a connection. */
const heard = new WeakMap<Engine, Map<string, readonly Person[]>>();

function heardOf(engine: Engine): Map<string, readonly Person[]> {
  const known = heard.get(engine) ?? new Map<string, readonly Person[]>();
  heard.set(engine, known);
  return known;
}

/**
 * Who can be mentioned here: the other members, asked for once somebody types an `@`, and anew when their number has
 * changed. Without an answer (offline) nobody but the other side of a direct chat.
 */
export function usePeople(engine: Engine, conversation: ConversationView | undefined, wanted: boolean): readonly Person[] {
  const { kind, members_count, peer, parent } = conversation ?? {};
  // A thread is read by those who read what it hangs from.
  const id = parent?.conversation ?? conversation?.id;
  const [people, setPeople] = useState(() => (id === undefined ? undefined : heardOf(engine).get(id)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: their number is what says "changed"
  useEffect(() => {
    if (!wanted || id === undefined || kind === 'notes') return undefined;
    let gone = false;
    engine.members(id).then(
      (members) => {
        const me = engine.me.get().id;
        const others = members.map(({ user }) => user).filter((user) => user.id !== me);
        heardOf(engine).set(id, others);
        if (!gone) setPeople(others);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [engine, id, kind, members_count, wanted]);
  return people ?? (peer ? [peer] : NOBODY);
}
