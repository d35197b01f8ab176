import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './cx';
import { useLandmark } from './landmark';

export const POPUP_CLASS =
  'min-w-44 max-w-[calc(100vw-1rem)] rounded-md border border-line bg-raised p-1 text-ink shadow-pop outline-none ' +
  'transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0';
export const ITEM =
  'flex min-h-9 touch:min-h-11 w-full items-center gap-2.5 rounded-sm px-2.5 text-start outline-none select-none ' +
  'data-highlighted:bg-hover data-disabled:opacity-50 forced:data-highlighted:outline';

interface MenuProps {
  /** An IconButton or Button; it gets the menu's aria attributes. */
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
}

export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  const [ref, landmark] = useLandmark();
  return (
    <Base.Root>
      <span ref={ref} className="contents">
        <Base.Trigger render={trigger} />
      </span>
      <Base.Portal container={landmark}>
        <Base.Positioner positionMethod="fixed" className="z-40 outline-none" align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={POPUP_CLASS}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface MenuItemProps {
  icon?: ReactNode;
  tone?: 'plain' | 'danger';
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, tone = 'plain', disabled = false, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item className={cx(ITEM, tone === 'danger' && 'text-danger')} disabled={disabled} onClick={onSelect}>
      {icon && (
        <span aria-hidden="true" className="[&>svg]:size-4">
          {icon}
        </span>
      )}
      {children}
    </Base.Item>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1 h-px bg-line" />;
}
