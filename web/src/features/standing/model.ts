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

const HOUR_MS = 3_600_000;
/** The end of the year 9999: the server knows it as "for ever". */
export const FOR_EVER = 253_402_300_799_999;

/** Eight in the morning of the next day. */
export function tomorrow(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, 8).getTime();
}

export const MUTES: readonly { id: string; label: () => string; until: (now: number) => number }[] = [
  { id: 'hour', label: () => t`For 1 hour`, until: (now) => now + HOUR_MS },
  { id: 'hours', label: () => t`For 8 hours`, until: (now) => now + 8 * HOUR_MS },
  { id: 'tomorrow', label: () => t`Until tomorrow`, until: tomorrow },
  { id: 'week', label: () => t`For a week`, until: (now) => now + 7 * 24 * HOUR_MS },
  { id: 'ever', label: () => t`Until I turn it back on`, until: () => FOR_EVER },
];
