import { type RefObject, useEffect, useRef } from 'react';
import type { Engine, TimelineWindow } from '@/engine';
import { announce } from '@/lib/announcer';
import { plainWords } from '@/lib/markdown';
import { isolated } from './names';
import type { Scroller } from './scroller';

const READ_AFTER_MS = 250;

const attentive = () => document.visibilityState === 'visible' && document.hasFocus();

/**
 * Marks what was seen: only rows on screen, in a focused window, in a visible document; the furthest only, and only once
 * the eye had time. The answer is to be called when the reader scrolled.
 */
export function useReading(
  engine: Engine,
  conversation: string,
  scroller: RefObject<Scroller | undefined>,
  shown: TimelineWindow,
): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const look = useRef(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (!attentive()) return;
      const seqs = scroller.current?.visible().map((row) => Number(row.dataset.seq ?? 0)) ?? [];
      const seq = Math.max(0, ...seqs);
      if (seq > 0) engine.mark_read(conversation, seq);
    }, READ_AFTER_MS);
  });
  useEffect(() => {
    if (shown.rows.length > 0) look.current();
  }, [shown]);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener('focus', () => look.current(), { signal });
    document.addEventListener('visibilitychange', () => look.current(), { signal });
    return () => {
      stop.abort();
      clearTimeout(timer.current);
    };
  }, []);
  return look.current;
}

/** Called when the reader turns to another window or tab. */
export function useTurnedAway(turned: () => void): void {
  const latest = useRef(turned);
  useEffect(() => {
    latest.current = turned;
  });
  useEffect(() => {
    const away = () => latest.current();
    window.addEventListener('blur', away);
    return () => window.removeEventListener('blur', away);
  }, []);
}

/** Tells a screen reader of messages that come while the end of the log is on screen; the list itself is silent. */
export function useAnnouncements(engine: Engine, window: TimelineWindow): void {
  const heard = useRef<number>(undefined);
  useEffect(() => {
    if (window.has_after || window.loading === 'initial') return;
    const me = engine.me.get().id;
    const entries = window.rows.flatMap((row) => (row.type === 'entry' ? [row.entry] : []));
    const last = entries[entries.length - 1]?.seq;
    if (last === undefined) return;
    const since = heard.current;
    heard.current = Math.max(last, since ?? 0);
    if (since === undefined) return;
    for (const entry of entries) {
      if (entry.seq <= since || entry.kind !== 'message' || entry.message.deleted || entry.message.sender === me) continue;
      const name = engine.user(entry.message.sender).get()?.name ?? '';
      announce(`${isolated(name)}: ${plainWords(entry.message.text)}`);
    }
  }, [engine, window]);
}
