import type { ReactNode } from 'react';
import { cx } from './cx';

const TONES = {
  info: 'bg-selected text-ink',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
} as const;

interface BannerProps {
  tone?: keyof typeof TONES;
  icon?: ReactNode;
  children: ReactNode;
  action?: ReactNode;
  /** `alert` interrupts a screen reader, `status` waits its turn. */
  role?: 'alert' | 'status';
  className?: string;
}

export function Banner({ tone = 'info', icon, children, action, role, className }: BannerProps) {
  return (
    <div role={role} className={cx('flex items-center gap-2.5 px-4 py-2 text-sm', TONES[tone], className)}>
      {icon && (
        <span aria-hidden="true" className="shrink-0 [&>svg]:size-4">
          {icon}
        </span>
      )}
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}
