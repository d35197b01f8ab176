import type { ConversationView, Engine, Message } from '@/engine';

/** Those whose title has all the words that were typed, each at the beginning of one of its own. */
export function matching(conversations: readonly ConversationView[], titleOf: (one: ConversationView) => string, query: string) {
  const wanted = words(query);
  return conversations.filter((one) => {
    const title = words(`${titleOf(one)} ${one.peer?.username ?? ''}`);
    return wanted.every((word) => title.some((own) => own.startsWith(word)));
  });
}

function words(text: string): string[] {
  return text
    .toLocaleLowerCase()
    .split(/[\s\p{P}]+/u)
    .filter(Boolean);
}

/** Every message to every conversation, in order. They are safe on this device when it resolves. */
export async function forwardAll(engine: Engine, messages: readonly Message[], targets: readonly string[]): Promise<void> {
  for (const target of targets) {
    for (const { conversation, seq, text } of messages) await engine.send(target, text, { forward: { conversation, seq } });
  }
}
