import { t } from '@lingui/core/macro';
import type { ConversationView, Engine, Message } from '@/engine';
import { titleOf } from '@/features/session';
import { plainWords } from '@/lib/markdown';
import { navigate } from '@/lib/navigation';
import { paths, placeOf } from '@/lib/paths';
import { toast } from '@/ui/toast';
import type { Arrival } from './arrivals';
import { calls, isQuiet, preferencesOf } from './quiet';
import { play } from './sounds';

const PREVIEW_CHARS = 120;

/** One for each conversation: the next takes its place, and who goes there needs it no more. */
const toasts = new Map<string, () => void>();

/** Takes away those of what is on screen. */
export function clear(engine: Engine, path: string): void {
  for (const [conversation, close] of toasts) {
    const view = engine.conversation(conversation).get();
    if (!view || !isOpen(view, path)) continue;
    close();
    toasts.delete(conversation);
  }
}

function say(conversation: string, text: string, open: () => void): void {
  toasts.get(conversation)?.();
  toasts.set(conversation, toast({ text, action: { label: t`Open`, run: open } }));
}

/** So many are seen beside the page at once. */
const MOST_TOASTS = 3;

/** Beside the page, above it, and by sound: as much of it as is wanted and needed. */
export function tell(engine: Engine, arrivals: readonly Arrival[]): void {
  const { notifications, do_not_disturb } = preferencesOf(engine.me.get());
  if (isQuiet(do_not_disturb, Date.now())) return;
  const looking = document.visibilityState === 'visible' && document.hasFocus();
  const called = arrivals.flatMap((arrival) => {
    const message = calling(engine, arrival);
    const { conversation } = arrival;
    return message && !(looking && isOpen(conversation, window.location.pathname)) ? [{ conversation, message }] : [];
  });
  if (called.length === 0) return;
  // One tab is heard and speaks to the system; a visible one has the lead.
  if (engine.leads()) play(notifications.sound);
  if (looking && !notifications.toasts) return;
  if (!looking && !(engine.leads() && notifications.desktop)) return;
  for (const { conversation, message } of looking ? called.slice(-MOST_TOASTS) : called) {
    const place = placeFor(conversation, message);
    const words = wordsOf(engine, conversation, message, notifications.preview);
    const open = () => navigate(place);
    if (looking) say(conversation.id, `${words.title}: ${words.body}`, open);
    else show(words, conversation.id, open);
  }
}

/** The newest that calls speaks for those before it, of which nothing would be left to see. */
function calling(engine: Engine, { conversation, messages }: Arrival): Message | undefined {
  const me = engine.me.get();
  return messages.findLast((one) => {
    const answered = one.reply_to == null ? undefined : engine.message(conversation.id, one.reply_to).get();
    return calls(conversation, one, me, answered?.sender === me.id);
  });
}

function placeFor({ id, parent }: ConversationView, { seq }: Message): string {
  return parent ? paths.thread(parent, seq) : paths.conversation(id, seq);
}

/** A thread is beside the conversation it hangs from. */
function isOpen({ id, parent }: ConversationView, path: string): boolean {
  const place = placeOf(path);
  if (!parent) return 'id' in place && place.id === id;
  if (place.screen !== 'panel' || place.id !== parent.conversation || place.panel !== 'thread') return false;
  return place.arg?.split('-')[0] === String(parent.seq);
}

function wordsOf(engine: Engine, conversation: ConversationView, message: Message, preview: boolean) {
  const title = nameOf(engine, conversation);
  if (!preview) return { title, body: t`New message` };
  const text = plainWords(message.text).slice(0, PREVIEW_CHARS).replace(/\s+/g, ' ').trim();
  const sender = conversation.kind === 'direct' ? undefined : engine.user(message.sender).get()?.name;
  return { title, body: sender ? `${sender}: ${text}` : text };
}

function nameOf(engine: Engine, conversation: ConversationView): string {
  const above = conversation.parent && engine.conversation(conversation.parent.conversation).get();
  if (!above) return titleOf(conversation);
  const place = titleOf(above);
  return t`Thread in ${place}`;
}

/** One of a conversation takes the place of the one before. Silent: the sound is ours. */
function show({ title, body }: { title: string; body: string }, tag: string, open: () => void): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const shown = new Notification(title, { body, tag, icon: '/icon-192.png', silent: true });
    shown.onclick = () => {
      window.focus();
      open();
      shown.close();
    };
  } catch {
    // Some systems show notifications of a service worker only. There is the badge.
  }
}
