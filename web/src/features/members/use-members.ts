import { useCallback, useEffect, useRef, useState } from 'react';
import type { ConversationView, Engine, Member } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { byRole } from './roles';

interface Members {
  members: readonly Member[] | undefined;
  failure: string | undefined;
  reload: () => void;
}

/**
 * Seq of the newest entry that is no message: only such entries change who is a member, or as what. Looked for at each change
 * of the conversation, not at each drawing of it, before which a message may have come as well.
 */
function useEventSeq(engine: Engine, id: string): number {
  const [last, setLast] = useState(0);
  useEffect(() => {
    const conversation = engine.conversation(id);
    const look = () => {
      const view = conversation.get();
      if (view && view.head_seq !== view.last_message?.seq) setLast(view.head_seq);
    };
    look();
    return conversation.subscribe(look);
  }, [engine, id]);
  return last;
}

/** The members, read anew whenever the log says that they changed. */
export function useMembers(conversation: ConversationView): Members {
  const engine = useEngine();
  const { id, members_count } = conversation;
  const eventSeq = useEventSeq(engine, id);
  const [members, setMembers] = useState<readonly Member[]>();
  const [failure, setFailure] = useState<string>();
  const turn = useRef(0);
  const reload = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    engine.members(id).then(
      (answer) => {
        if (mine !== turn.current) return;
        setMembers(byRole(answer));
        setFailure(undefined);
      },
      (error: unknown) => mine === turn.current && setFailure(tell(error).text),
    );
  }, [engine, id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count and the seq are what says "changed"
  useEffect(reload, [reload, members_count, eventSeq]);
  return { members, failure, reload };
}
