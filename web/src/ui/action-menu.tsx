import { Dialog } from '@base-ui/react/dialog';
import { Menu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import { type ComponentType, Fragment, useEffect, useRef, useState } from 'react';
import { cx } from './cx';
import { BACKDROP } from './dialog';
import { landmarkOf } from './landmark';
import { ITEM, MenuSeparator, POPUP_CLASS } from './menu';

export interface Action {
  id: string;
  icon: ComponentType<{ className?: string }>;
  label: string;
  danger?: boolean | undefined;
  /** A line stands between two that differ in it. */
  group?: number;
  /** One of its group is chosen; which, these say. */
  checked?: boolean;
  /** The keys that do the same. */
  caps?: readonly string[] | undefined;
  run: () => void;
}

export interface ActionsProps {
  /** What they are done to, for screen readers. */
  label: string;
  actions: readonly Action[];
  /** What was clicked: it gets the focus back. */
  owner: HTMLElement;
  /** Where it was clicked; without it the menu stands at its owner. */
  point?: { x: number; y: number } | undefined;
  onClose: () => void;
}

/** Closes first and acts then, so that whatever the action gives the focus to keeps it. */
function useChoice(onClose: () => void) {
  const [open, setOpen] = useState(true);
  const chosen = useRef<() => void>(undefined);
  const finished = () => {
    onClose();
    const { current: act } = chosen;
    if (act) requestAnimationFrame(act);
  };
  const choose = (action: Action) => {
    chosen.current = action.run;
  };
  return { open, setOpen, choose, finished };
}

/** A menu where one clicked. */
export function ActionMenu({ label, actions, owner, point, onClose }: ActionsProps) {
  const { open, setOpen, choose, finished } = useChoice(onClose);
  const anchor = point ? { getBoundingClientRect: () => DOMRect.fromRect(point) } : owner;
  return (
    <Menu.Root open={open} onOpenChange={setOpen} onOpenChangeComplete={(now) => !now && finished()}>
      <Menu.Portal container={landmarkOf(owner)}>
        <Menu.Positioner
          anchor={anchor}
          positionMethod="fixed"
          className="z-40 outline-none"
          align="start"
          sideOffset={4}
          collisionPadding={8}
        >
          <Menu.Popup
            aria-label={label}
            // It scrolls where there are many on a small screen.
            tabIndex={0}
            className={cx(POPUP_CLASS, 'scroll-pane max-h-(--available-height)')}
            finalFocus={() => (owner.isConnected ? owner : true)}
          >
            {groupsOf(actions).map((group, at) => (
              <Fragment key={group[0]?.id}>
                {at > 0 && <MenuSeparator />}
                <Group actions={group} choose={choose} />
              </Fragment>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Group({ actions, choose }: { actions: readonly Action[]; choose: (action: Action) => void }) {
  const chosen = actions.find(({ checked }) => checked);
  const items = actions.map((action) => {
    const props = { className: cx(ITEM, action.danger && 'text-danger'), onClick: () => choose(action), label: action.label };
    return action.checked === undefined ? (
      <Menu.Item key={action.id} {...props}>
        <Face action={action} />
      </Menu.Item>
    ) : (
      <Menu.RadioItem key={action.id} {...props} value={action.id} closeOnClick>
        <Face action={action} />
      </Menu.RadioItem>
    );
  });
  return chosen ? <Menu.RadioGroup value={chosen.id}>{items}</Menu.RadioGroup> : items;
}

/** The same under a finger: large lines at the lower edge. */
export function ActionSheet({ label, actions, owner, onClose }: ActionsProps) {
  const { open, setOpen, choose, finished } = useChoice(onClose);
  const touched = useTouchedSince();
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next, { reason }) => (reason === 'escape-key' || touched.current) && setOpen(next)}
      onOpenChangeComplete={(now) => !now && finished()}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP} />
        <Dialog.Popup
          aria-label={label}
          finalFocus={() => (owner.isConnected ? owner : true)}
          className={cx(
            'fixed inset-x-0 bottom-0 z-40 mx-auto flex max-h-[80dvh] max-w-lg flex-col rounded-t-lg bg-raised px-2 pt-2 text-ink',
            'pb-[max(0.5rem,env(safe-area-inset-bottom))] shadow-pop outline-none transition-[translate] duration-150 ease-calm',
            'data-ending-style:translate-y-full data-starting-style:translate-y-full forced:border',
          )}
        >
          <ul className="scroll-pane min-h-0">
            {actions.map((action, at) => (
              <li key={action.id} className={cx(beginsGroup(actions, at) && 'mt-1 border-t border-line pt-1')}>
                <button
                  type="button"
                  aria-pressed={action.checked}
                  onClick={(event) => {
                    if (event.detail > 0 && !touched.current) return;
                    choose(action);
                    setOpen(false);
                  }}
                  className={cx(ITEM, 'min-h-12 hover:bg-hover focus-visible:bg-hover', action.danger && 'text-danger')}
                >
                  <Face action={action} />
                </button>
              </li>
            ))}
          </ul>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function groupsOf(actions: readonly Action[]): Action[][] {
  const groups: Action[][] = [];
  for (const [at, action] of actions.entries()) {
    if (at === 0 || beginsGroup(actions, at)) groups.push([]);
    groups.at(-1)?.push(action);
  }
  return groups;
}

function beginsGroup(actions: readonly Action[], at: number): boolean {
  return at > 0 && actions[at - 1]?.group !== actions[at]?.group;
}

/** False while the finger whose long press opened this is still down: lifting it must neither choose nor close. */
function useTouchedSince() {
  const touched = useRef(false);
  useEffect(() => {
    const note = () => {
      touched.current = true;
    };
    window.addEventListener('pointerdown', note, { capture: true });
    return () => window.removeEventListener('pointerdown', note, { capture: true });
  }, []);
  return touched;
}

function Face({ action: { icon: Icon, label, caps, checked } }: { action: Action }) {
  return (
    <>
      <span aria-hidden="true">
        <Icon className="size-4.5" />
      </span>
      <span className="flex-1">{label}</span>
      {checked && <Check aria-hidden="true" className="size-4 text-accent" />}
      {caps && (
        <span aria-hidden="true" className="ps-4 text-xs text-faint touch:hidden">
          {caps.join(' ')}
        </span>
      )}
    </>
  );
}
