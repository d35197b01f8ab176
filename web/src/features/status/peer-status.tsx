import type { ConversationView } from '@/engine';
import { useStatus } from './model';

/** The emoji beside a name. */
export function PeerStatus({ conversation }: { conversation: ConversationView }) {
  const status = useStatus(conversation.peer);
  if (!status?.emoji) return null;
  return (
    <span role="img" aria-label={`${status.emoji} ${status.text}`} title={status.text || undefined} className="shrink-0 text-sm">
      {status.emoji}
    </span>
  );
}
