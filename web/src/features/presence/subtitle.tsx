import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import type { ConversationView } from '@/engine';
import { usePresence, wordsOf } from './model';

/** In the header of a direct conversation: whether the other one is there, or when they were. */
export function PresenceSubtitle({ conversation, children }: { conversation: ConversationView; children: ReactNode }) {
  useLingui();
  const presence = usePresence(conversation.kind === 'direct' ? conversation.peer?.id : undefined);
  return wordsOf(presence) ?? children;
}
