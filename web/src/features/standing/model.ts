import { t } from '@lingui/core/macro';
import type { ConversationView, MyPatch } from '@/engine';
import { tell } from '@/features/session';
import type { ConversationContext } from '@/features/slots';
import { toast } from '@/ui/toast';

export function isFresh({ unread, marked_unread }: ConversationView): boolean {
  return unread > 0 || marked_unread;
}

export function put({ engine, conversation }: ConversationContext, patch: MyPatch): void {
  engine.set_my(conversation.id, patch).catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
}

export function markRead(context: ConversationContext): void {
  const { engine, conversation } = context;
  if (conversation.unread > 0) engine.mark_read(conversation.id, conversation.head_seq);
  if (conversation.marked_unread) put(context, { marked_unread: false });
}

/** It stays there when somebody writes; taken back by the toast. */
export function setArchived(context: ConversationContext, archived: boolean): void {
  put(context, { archived });
  toast({
    text: archived ? t`Archived.` : t`Moved out of the archive.`,
    action: { label: t`Undo`, run: () => put(context, { archived: !archived }) },
  });
}
