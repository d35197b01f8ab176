/** Who reacted, as the server tells; asked once for each state of a message. */
import type { Engine, Message, User } from '@/engine';

export interface WhoReacted {
  emoji: string;
  user: User;
}

const KEPT = 50;
/** The server names no more. */
const MOST_TOLD = 1_000;
const asked = new Map<string, Promise<WhoReacted[]>>();

export function whoReacted(engine: Engine, { conversation, seq, reactions }: Message): Promise<WhoReacted[]> {
  const counts = reactions?.map(({ emoji, count, mine }) => `${emoji}${count}${mine}`).join() ?? '';
  const key = `${engine.me.get().id} ${conversation} ${seq} ${counts}`;
  const known = asked.get(key);
  if (known) return known;
  const answer = engine
    .call<{ reactions: WhoReacted[] }>('GET', `/conversations/${conversation}/messages/${seq}/reactions`)
    .then(({ reactions: all }) => all);
  asked.set(key, answer);
  answer.then(
    // One's own may be on its way still: then it is asked again.
    (all) => agrees(all, reactions) || asked.delete(key),
    () => asked.delete(key),
  );
  for (const old of [...asked.keys()].slice(0, -KEPT)) asked.delete(old);
  return answer;
}

/** Those told by name are those counted, as far as they are told. */
function agrees(all: readonly WhoReacted[], counted: Message['reactions']): boolean {
  const told = (emoji: string) => all.filter((one) => one.emoji === emoji).length;
  return all.length >= MOST_TOLD || (counted ?? []).every(({ emoji, count }) => told(emoji) === count);
}
