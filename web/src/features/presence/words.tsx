import { useLingui } from '@lingui/react';
import type { ConversationView } from '@/engine';
import { hereWords, usePresence, wordsOf } from './model';

/** What the dot on a picture says, for those who do not see it. */
export function PresenceWords({ user }: { user: string }) {
  useLingui();
  return <span className="sr-only">{hereWords(usePresence(user)?.status)}</span>;
}

export function PeerWords({ conversation: { peer } }: { conversation: ConversationView }) {
  return peer ? <PresenceWords user={peer.id} /> : null;
}

/** Whether somebody is there, or when they were, for all to read. */
export function PresenceLine({ user, className }: { user: string; className?: string }) {
  useLingui();
  const words = wordsOf(usePresence(user));
  return words === undefined ? null : <span className={className}>{words}</span>;
}
