import { useCallback, useEffect, useRef, useState } from 'react';
import type { ConversationView, Member } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { byRole } from './roles';

interface Members {
  members: readonly Member[] | undefined;
  failure: string | undefined;
  reload: () => void;
}

/** Seq of the newest entry that is no message: only such entries change who is a member, or as what. */
function useEventSeq({ head_seq, last_message }: ConversationView): number {
  const last = useRef(0);
  if (head_seq !== last_message?.seq) last.current = head_seq;
  return last.current;
}

/** The members, read anew whenever the log says that they changed. */
export function useMembers(conversation: ConversationView): Members {
  const engine = useEngine();
  const { id, members_count } = conversation;
  const eventSeq = useEventSeq(conversation);
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
