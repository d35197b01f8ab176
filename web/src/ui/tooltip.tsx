import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';

/** A name for an icon, for people who see. The trigger must carry its own aria-label. */
export function Tooltip({ text, children, side = 'bottom' }: { text: string; children: ReactElement; side?: 'top' | 'bottom' }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className="z-50" side={side} sideOffset={6} collisionPadding={8}>
          <Base.Popup className="rounded-sm bg-ink px-2 py-1 text-xs text-canvas shadow-pop forced:border">{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export const TooltipProvider = Base.Provider;
