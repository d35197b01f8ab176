import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, Info, X } from 'lucide-react';
import { IconButton } from './button';

const manager = Base.createToastManager();

interface ToastAsk {
  text: string;
  tone?: 'info' | 'danger';
  action?: { label: string; run: () => void };
  /** 0 stays until it is closed. */
  timeout_ms?: number;
}

/** Says something in passing. Screen readers read it when they are quiet; what must interrupt belongs beside its cause, as an alert. */
export function toast({ text, tone = 'info', action, timeout_ms = 6_000 }: ToastAsk): void {
  manager.add({
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
  const id = manager.add({
    title: text,
    type: 'info',
    timeout: UNDO_MS,
    priority: 'low',
    onClose: finish,
    actionProps: {
      children: undoLabel,
      onClick: () => {
        settle(undo);
        manager.close(id);
      },
    },
  });
}

function Toasts({ closeLabel }: { closeLabel: string }) {
  const { toasts } = Base.useToastManager();
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      toast={item}
      className="flex w-full items-center gap-2.5 rounded-md border border-line bg-raised py-1.5 ps-3.5 pe-1.5 text-ink shadow-pop transition-[opacity,translate] duration-150 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0 data-limited:hidden"
    >
      {item.type === 'danger' ? (
        <CircleAlert aria-hidden="true" className="size-4.5 shrink-0 text-danger" />
      ) : (
        <Info aria-hidden="true" className="size-4.5 shrink-0 text-accent" />
      )}
      <Base.Content className="flex min-w-0 flex-1 items-center gap-2">
        <Base.Title className="min-w-0 flex-1 py-1 text-sm" render={<p />} />
        <Base.Action className="min-h-9 rounded-sm px-2.5 text-sm font-medium text-accent hover:bg-hover empty:hidden touch:min-h-11" />
      </Base.Content>
      <Base.Close aria-hidden={false} render={<IconButton label={closeLabel} icon={<X className="size-4" />} />} />
    </Base.Root>
  ));
}

export function ToastHost({ closeLabel }: { closeLabel: string }) {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="fixed inset-x-3 bottom-[calc(4.75rem+env(safe-area-inset-bottom))] z-50 mx-auto flex max-w-sm flex-col gap-2 outline-none">
          <Toasts closeLabel={closeLabel} />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
