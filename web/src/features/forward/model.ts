import type { Engine, Message } from '@/engine';

/** Every message to every conversation, in order. They are safe on this device when it resolves. */
export async function forwardAll(engine: Engine, messages: readonly Message[], targets: readonly string[]): Promise<void> {
  for (const target of targets) {
    for (const { conversation, seq, text } of messages) await engine.send(target, text, { forward: { conversation, seq } });
  }
}
