import { t } from '@lingui/core/macro';
import type { ConversationView } from '@/engine';

/** The title to show; notes have none of their own. */
export function titleOf(conversation: ConversationView): string {
  if (conversation.kind === 'notes') return t`Notes to self`;
  if (conversation.kind === 'thread') return t`Thread`;
  return conversation.display_title || (conversation.kind === 'direct' ? t`Unknown person` : t`Untitled group`);
}
