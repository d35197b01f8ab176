import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, Info, X } from 'lucide-react';
import { useEffect } from 'react';
import { IconButton } from './button';

const manager = Base.createToastManager();

export type Manager = typeof manager;

function Toasts({ closeLabel }: { closeLabel: string }) {
  const { toasts } = Base.useToastManager();
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      toast={item}
      className="flex w-full items-center gap-2.5 rounded-md border border-line bg-raised py-1.5 ps-3.5 pe-1.5 text-ink shadow-pop transition-[opacity,translate] duration-150 data-ending-style:pointer-events-none data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0 data-limited:hidden"
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

/** Says so once it can show toasts: what is added before is lost. */
export default function ToastHost({ closeLabel, onReady }: { closeLabel: string; onReady: (manager: Manager) => void }) {
  // The provider below listens from its own effect on, which runs before this one.
  useEffect(() => onReady(manager), [onReady]);
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="fixed inset-x-3 bottom-[calc(4.75rem+env(safe-area-inset-bottom))] z-50 mx-auto flex max-w-sm flex-col gap-2 outline-none desk:inset-x-auto desk:start-4 desk:bottom-4 desk:mx-0 desk:w-76">
          <Toasts closeLabel={closeLabel} />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
