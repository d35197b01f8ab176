import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { Spinner } from './spinner';

export type ButtonTone = 'primary' | 'plain' | 'danger' | 'danger_plain';

const TONES: Record<ButtonTone, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong forced:border',
  plain: 'bg-raised text-ink border border-edge hover:bg-hover',
  danger: 'bg-danger text-on-danger hover:bg-danger-strong forced:border',
  danger_plain: 'bg-raised text-danger border border-edge hover:bg-danger-soft',
};

export interface ButtonProps extends ComponentProps<'button'> {
  tone?: ButtonTone;
  /** Shows a spinner and refuses presses, without losing the focus. */
  pending?: boolean;
  wide?: boolean;
}

export function buttonClass(tone: ButtonTone = 'plain', wide = false): string {
  return cx(
    'relative inline-flex min-h-10 touch:min-h-11 items-center justify-center gap-2 rounded-md px-4 font-medium select-none',
    'transition-colors duration-100 disabled:opacity-55 aria-disabled:opacity-70',
    TONES[tone],
    wide && 'w-full',
  );
}

export function Button({
  tone = 'plain',
  pending = false,
  wide = false,
  className,
  children,
  onClick,
  type,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type ?? 'button'}
      className={cx(buttonClass(tone, wide), className)}
      aria-disabled={pending || undefined}
      onClick={(event) => {
        if (pending) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      <span className={cx('contents', pending && '[&>*]:opacity-0')}>{pending ? <span>{children}</span> : children}</span>
      {pending && <Spinner className="absolute" />}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** Read by screen readers and shown by `title`-like tooltips: say what it does. */
  label: string;
  icon: ReactNode;
  tone?: 'quiet' | 'primary';
  pressed?: boolean;
}

const ICON_TONES = {
  quiet: 'text-soft hover:bg-hover hover:text-ink aria-expanded:bg-hover aria-pressed:bg-selected aria-pressed:text-ink',
  primary: 'bg-accent text-on-accent hover:bg-accent-strong forced:border',
} as const;

/** A square button of one icon: 36 px with a mouse, 44 px under a finger. */
export function IconButton({ label, icon, tone = 'quiet', pressed, className, type, ...rest }: IconButtonProps) {
  return (
    <button
      type={type ?? 'button'}
      aria-label={label}
      aria-pressed={pressed}
      className={cx(
        'inline-flex size-9 shrink-0 items-center justify-center rounded-md transition-colors duration-100 disabled:opacity-45 touch:size-11',
        ICON_TONES[tone],
        className,
      )}
      {...rest}
    >
      {icon}
    </button>
  );
}
