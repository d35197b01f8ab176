import type { ConversationView } from '@/engine';

/** The emoji beside a name. */
export function PeerStatus({ conversation }: { conversation: ConversationView }) {
  const status = conversation.peer?.status;
  if (!status?.emoji) return null;
  return (
    <span role="img" aria-label={`${status.emoji} ${status.text}`} title={status.text || undefined} className="shrink-0 text-sm">
      {status.emoji}
    </span>
  );
}
