import type { ConversationView } from '@/engine';
import { useUser } from '@/features/session';
import { About } from './about';
import { StandingButtons } from './standing-buttons';

/** In the details of a direct conversation: who it is with. */
export default function AboutPeer({ conversation }: { conversation: ConversationView }) {
  const user = useUser(conversation.peer?.id) ?? conversation.peer;
  if (!user) return null;
  return (
    <div className="flex flex-col items-center gap-2 px-6 text-center">
      <About user={user} />
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        <StandingButtons user={user} />
      </div>
    </div>
  );
}
