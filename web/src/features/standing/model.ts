import { t } from '@lingui/core/macro';
import type { ConversationView, MyPatch } from '@/engine';
import { tell } from '@/features/session';
import type { ConversationContext } from '@/features/slots';
import { toast } from '@/ui/toast';

export function isFresh({ unread, marked_unread }: ConversationView): boolean {
  return unread > 0 || marked_unread;
}

/** Resolves once it is shown; what could not be kept is told. */
export async function put({ engine, conversation }: ConversationContext, patch: MyPatch): Promise<void> {
  try {
    await engine.set_my(conversation.id, patch);
  } catch (error) {
    toast({ text: tell(error).text, tone: 'danger' });
  }
}

export function markRead(context: ConversationContext): void {
  const { engine, conversation } = context;
  if (conversation.unread > 0) engine.mark_read(conversation.id, conversation.head_seq);
  if (conversation.marked_unread) void put(context, { marked_unread: false });
}

/** It stays there when somebody writes; taken back by the toast. */
export function setArchived(context: ConversationContext, archived: boolean): void {
  void put(context, { archived });
  toast({
    text: archived ? t`Archived.` : t`Moved out of the archive.`,
    action: { label: t`Undo`, run: () => void put(context, { archived: !archived }) },
  });
}
