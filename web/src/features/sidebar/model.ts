import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import type { ConversationView, Engine, Message } from '@/engine';
import { useEngine, useMe, useUser } from '@/features/session';
import { plainWords } from '@/lib/markdown';
import { useReadable } from '@/lib/readable';
import { arrangement, isFresh } from './arrangement';

export function useConversationIds() {
  const engine = useEngine();
  const any = useReadable(engine.conversations).length > 0;
  return { ...useReadable(arrangement(engine)), any, ready: useReadable(engine.ready) };
}

/** The conversation `step` lines away from the open one, or the next one with something unread. */
export function neighbour(engine: Engine, open: string | undefined, step: 1 | -1, unreadOnly = false): string | undefined {
  const ids = arrangement(engine).get().shown;
  const start = open === undefined ? -1 : ids.indexOf(open);
  for (let i = start === -1 && step === -1 ? ids.length - 1 : start + step; i >= 0 && i < ids.length; i += step) {
    const id = ids[i];
    if (id === undefined) return undefined;
    const view = engine.conversation(id).get();
    if (!unreadOnly || (view && isFresh(view))) return id;
  }
  return undefined;
}

export interface Preview {
  kind: 'draft' | 'failed' | 'waiting' | 'message' | 'empty';
  /** Who wrote it; '' when that goes without saying. */
  by: string;
  text: string;
}

/** The second line of a conversation: a draft first, then what of one's own is not sent, then the last message. */
export function usePreview(conversation: ConversationView): Preview {
  const { t } = useLingui();
  const me = useMe();
  const last = conversation.last_message;
  const sender = useUser(last?.sender ?? me.id);
  return useMemo(() => {
    const you = conversation.kind === 'notes' ? '' : t`You`;
    if (conversation.draft?.trim()) return { kind: 'draft', by: t`Draft`, text: oneLine(conversation.draft) };
    const { pending } = conversation;
    if (pending) return { kind: pending.state === 'failed' ? 'failed' : 'waiting', by: you, text: oneLine(pending.text) };
    if (!last)
      return { kind: 'empty', by: '', text: conversation.kind === 'notes' ? t`Only you can see this` : t`No messages yet` };
    const words = wordsOf(last, t`This message was deleted.`);
    if (last.sender === me.id) return { kind: 'message', by: you, text: words };
    return { kind: 'message', by: conversation.kind === 'group' ? (sender?.name ?? '') : '', text: words };
  }, [conversation, last, me.id, sender, t]);
}

function wordsOf({ deleted, text }: Message, tombstone: string): string {
  return deleted ? tombstone : oneLine(text);
}

const PREVIEW_CHARS = 160;

function oneLine(text: string): string {
  return plainWords(text).slice(0, PREVIEW_CHARS).replace(/\s+/g, ' ').trim();
}
