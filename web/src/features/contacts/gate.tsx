import { lazy, type ReactNode, Suspense } from 'react';
import type { ConversationView } from '@/engine';
import { useStanding } from './model';

const RequestBar = lazy(() => import('./request-bar'));
const BlockedBar = lazy(() => import('./blocked-bar'));

/** Stands where one writes while a request waits for its answer, or somebody is blocked. */
export function Gate({ conversation, children }: { conversation: ConversationView; children: ReactNode }) {
  const { blocked } = useStanding(conversation.peer?.id);
  if (conversation.kind !== 'direct') return children;
  if (blocked) {
    return (
      <Suspense>
        <BlockedBar conversation={conversation} />
      </Suspense>
    );
  }
  if (conversation.my.request == null) return children;
  return (
    <Suspense>
      <RequestBar conversation={conversation} />
    </Suspense>
  );
}
