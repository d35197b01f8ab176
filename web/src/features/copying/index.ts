import { t } from '@lingui/core/macro';
import { Copy, Link2 } from 'lucide-react';
import type { Engine, Message } from '@/engine';
import type { Feature } from '@/features/slots';
import { paths } from '@/lib/paths';
import { clock, shortDate } from '@/lib/time';
import { toast } from '@/ui/toast';

function copy(text: string, done: string): void {
  // Without https there is no clipboard.
  const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
  written.then(
    () => toast({ text: done }),
    () => toast({ text: t`This browser does not let us copy.`, tone: 'danger' }),
  );
}

/** Several messages read like a script: who, when, what. */
export function scriptOf(engine: Engine, messages: readonly Message[]): string {
  const line = ({ sender, at, text }: Message) =>
    `${engine.user(sender).get()?.name ?? t`Someone`}, ${shortDate(at)} ${clock(at)}:\n${text}`;
  return messages.map(line).join('\n\n');
}

export const copying: Feature = {
  messageActions: [
    {
      id: 'copy_text',
      order: 200,
      icon: Copy,
      label: () => t`Copy text`,
      available: ({ message }) => message.text !== '',
      run: ({ message }) => copy(message.text, t`Text copied.`),
      runMany: ({ engine, messages }) => copy(scriptOf(engine, messages), t`Messages copied.`),
    },
    {
      id: 'copy_link',
      order: 210,
      icon: Link2,
      label: () => t`Copy link`,
      run: ({ message: { conversation, seq } }) => copy(location.origin + paths.conversation(conversation, seq), t`Link copied.`),
    },
  ],
};
