/** Ways to a message from anywhere: in the timeline that is on screen, else by opening it. */
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';

type Jump = (seq: number) => void;

const shown = new Map<string, Set<Jump>>();

/** For the timeline on screen. */
export function onJump(conversation: string, jump: Jump): () => void {
  const all = shown.get(conversation) ?? new Set();
  shown.set(conversation, all.add(jump));
  return () => {
    all.delete(jump);
    if (all.size === 0) shown.delete(conversation);
  };
}

/** Brings a message to the middle of the screen and shows which one was meant. */
export function showMessage(conversation: string, seq: number): void {
  const jumps = shown.get(conversation);
  if (jumps) for (const jump of jumps) jump(seq);
  else navigate(paths.conversation(conversation, seq));
}
