import type { ReactNode } from 'react';
import type { ConversationView } from '@/engine';
import { useTypingWords } from './use-typing-words';

/** In the list: who writes stands in the place of what was written last. */
export function RowTyping({ conversation, children }: { conversation: ConversationView; children: ReactNode }) {
  const words = useTypingWords(conversation.id);
  return words === '' ? children : <span className="min-w-0 truncate text-accent">{words}</span>;
}
