/**
 * What the server tells by itself, handed on once a frame: a thousand messages in a second must not be drawn a thousand times,
 * and other tabs hear of them together. Nothing waits longer than it would wait to be seen.
 */
import type { Env } from '../env';
import type { Entry, ServerFrame } from '../protocol';
import { is_line } from '../store/fold';
import { last_of } from '../store/ranges';

export class Intake {
  private frames: ServerFrame[] = [];
  private cancel: (() => void) | undefined;

  constructor(
    private readonly env: Pick<Env, 'next_frame'>,
    private readonly take: (frames: readonly ServerFrame[]) => void,
  ) {}

  add(frame: ServerFrame): void {
    this.frames.push(frame);
    this.cancel ??= this.env.next_frame(() => this.flush());
  }

  /** Before anything that must not overtake what came first. */
  flush(): void {
    this.cancel?.();
    this.cancel = undefined;
    const { frames } = this;
    if (frames.length === 0) return;
    this.frames = [];
    this.take(gathered(frames));
  }
}

/**
 * Entries of one conversation as one frame, at the place of the first. What is told of a conversation keeps its order; what
 * concerns different ones may change places, as facts do.
 */
export function gathered(frames: readonly ServerFrame[]): ServerFrame[] {
  const all: ServerFrame[] = [];
  const open = new Map<string, Entry[]>();
  for (const frame of frames) {
    if (frame.op !== 'entry' && frame.op !== 'entries') {
      if ('conversation' in frame) open.delete(frame.conversation);
      all.push(frame);
      continue;
    }
    const [conversation, entries] =
      frame.op === 'entry' ? [frame.entry.conversation, [frame.entry]] : [frame.conversation, frame.entries];
    const before = open.get(conversation);
    if (before !== undefined && follows(before, entries)) {
      before.push(...entries);
      continue;
    }
    const fresh = [...entries];
    open.set(conversation, fresh);
    all.push({ op: 'entries', conversation, entries: fresh });
  }
  return all;
}

/** A hole is noticed between frames. So is what is no message: it may end a membership, and who looks must see that moment. */
function follows(before: readonly Entry[], entries: readonly Entry[]): boolean {
  const last = before[before.length - 1];
  return entries[0]?.seq === last_of(before) + 1 && last !== undefined && (last.kind === 'message' || !is_line(last));
}
