import { AlertDialog as BaseAlert } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { Button, type ButtonTone, IconButton } from './button';
import { cx } from './cx';

export const BACKDROP =
  'fixed inset-0 bg-[#14120f]/45 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0';
const POPUP =
  'fixed inset-x-4 top-[max(1rem,12dvh)] mx-auto flex max-h-[min(40rem,76dvh)] max-w-md flex-col rounded-lg bg-raised text-ink shadow-pop ' +
  'outline-none forced:border transition-[opacity,translate] duration-150 ease-calm ' +
  'data-starting-style:translate-y-2 data-starting-style:opacity-0 data-ending-style:opacity-0';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  closeLabel: string;
  children: ReactNode;
  footer?: ReactNode;
  className?: string;
  initialFocus?: RefObject<HTMLElement | null>;
  /** Nothing inside takes the focus: then the content does, to be scrolled by keys. */
  toRead?: boolean;
}

/** A modal dialog: keeps the focus inside, closes with Escape, gives the focus back. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, closeLabel, children, footer, className, initialFocus, toRead } = props;
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup className={cx(POPUP, className)} {...(initialFocus && { initialFocus })}>
          <div className="flex items-center gap-2 ps-5 pe-2.5 pt-3">
            <Base.Title className="min-w-0 flex-1 text-lg font-semibold">{title}</Base.Title>
            <Base.Close render={<IconButton label={closeLabel} icon={<X className="size-5" />} />} />
          </div>
          {description && <Base.Description className="px-5 text-sm text-soft">{description}</Base.Description>}
          <div tabIndex={toRead ? 0 : undefined} className="scroll-pane flex min-h-0 flex-col gap-4 px-5 pt-3 pb-5">
            {children}
          </div>
          {footer && <div className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  confirm: string;
  cancel: string;
  tone?: ButtonTone;
  pending?: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({
  open,
  onOpenChange,
  title,
  children,
  confirm,
  cancel,
  tone = 'danger',
  pending = false,
  onConfirm,
}: ConfirmProps) {
  return (
    <BaseAlert.Root open={open} onOpenChange={onOpenChange}>
      <BaseAlert.Portal>
        <BaseAlert.Backdrop className={BACKDROP} />
        <BaseAlert.Popup className={cx(POPUP, 'gap-2 p-5')}>
          <BaseAlert.Title className="text-lg font-semibold">{title}</BaseAlert.Title>
          <BaseAlert.Description className="text-soft">{children}</BaseAlert.Description>
          <div className="mt-3 flex flex-wrap justify-end gap-2">
            <BaseAlert.Close render={<Button>{cancel}</Button>} />
            <Button tone={tone} pending={pending} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </BaseAlert.Popup>
      </BaseAlert.Portal>
    </BaseAlert.Root>
  );
}
