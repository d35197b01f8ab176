import { Popover as Base } from '@base-ui/react/popover';
import type { ReactNode, RefObject } from 'react';
import { cx } from './cx';
import { landmarkOf } from './landmark';
import { POPUP_CLASS } from './menu';

export interface PopoverProps {
  open: boolean;
  /** What it stands beside; it gets the focus back, unless the focus has gone elsewhere by then. */
  anchor: HTMLElement;
  onClose: () => void;
  label: string;
  initialFocus?: RefObject<HTMLElement | null>;
  align?: 'start' | 'center' | 'end';
  className?: string;
  children: ReactNode;
}

/** A small window beside what opened it. The page around stays usable; Escape and a press elsewhere close it. */
export function Popover({ open, anchor, onClose, label, initialFocus, align = 'end', className, children }: PopoverProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(_, { event }) => {
        // The anchor's own press closes it already.
        if (!(event.target instanceof Node && anchor.contains(event.target) && event.type !== 'keydown')) onClose();
      }}
    >
      <Base.Portal container={landmarkOf(anchor)}>
        <Base.Positioner
          anchor={anchor}
          positionMethod="fixed"
          className="z-40 outline-none"
          align={align}
          sideOffset={6}
          collisionPadding={8}
        >
          <Base.Popup
            aria-label={label}
            className={cx(POPUP_CLASS, className)}
            {...(initialFocus && { initialFocus })}
            finalFocus={() => {
              const { activeElement } = document;
              const lost = activeElement === null || activeElement === document.body || activeElement.closest('[role="dialog"]');
              return lost ? anchor : false;
            }}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
