import { lazy, Suspense } from 'react';
import { cell } from '@/lib/cell';
import { useReadable } from '@/lib/readable';
import type { Manager } from './toast-host';

/** A start has nothing to say: what draws toasts is loaded with the first. */
const Host = lazy(() => import('./toast-host'));
const wanted = cell(false);
let ready: (manager: Manager) => void;
const shown = new Promise<Manager>((resolve) => {
  ready = resolve;
});

/** What it returns takes it away; one that could not be shown yet never is. */
function show(ask: Parameters<Manager['add']>[0]): () => void {
  wanted.set(true);
  let closed = false;
  let id: string | undefined;
  void shown.then((manager) => {
    if (!closed) id = manager.add(ask);
  });
  return () => {
    closed = true;
    void shown.then((manager) => id !== undefined && manager.close(id));
  };
}

interface ToastAsk {
  text: string;
  tone?: 'info' | 'danger';
  action?: { label: string; run: () => void };
  /** 0 stays until it is closed. */
  timeout_ms?: number;
}

/** Says something in passing. Screen readers read it when they are quiet; what must interrupt belongs beside its cause, as an alert. What it returns takes it away. */
export function toast({ text, tone = 'info', action, timeout_ms = 6_000 }: ToastAsk): () => void {
  return show({
    title: text,
    type: tone,
    timeout: timeout_ms,
    priority: 'low',
    ...(action && { actionProps: { children: action.label, onClick: action.run } }),
  });
}

interface Undoable {
  /** What has happened, as far as the person can see. */
  text: string;
  undoLabel: string;
  /** Makes it so; called once nobody can take it back any more, at the latest when the page goes. */
  commit: () => void;
  /** Puts the screen back as it was. */
  undo: () => void;
}

const UNDO_MS = 6_000;

/** Instead of asking beforehand: the screen shows it done, a toast offers to take it back, and only then it is done. */
export function undoable({ text, undoLabel, commit, undo }: Undoable): void {
  let open = true;
  const settle = (act: () => void) => {
    if (!open) return;
    open = false;
    window.removeEventListener('pagehide', finish);
    act();
  };
  const finish = () => settle(commit);
  window.addEventListener('pagehide', finish);
  const close = show({
    title: text,
    type: 'info',
    timeout: UNDO_MS,
    priority: 'low',
    onClose: finish,
    actionProps: {
      children: undoLabel,
      onClick: () => {
        settle(undo);
        close();
      },
    },
  });
}

export function ToastHost({ closeLabel }: { closeLabel: string }) {
  if (!useReadable(wanted)) return null;
  return (
    <Suspense>
      <Host closeLabel={closeLabel} onReady={ready} />
    </Suspense>
  );
}
