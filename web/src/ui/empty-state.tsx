import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** One sentence and one button. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="m-auto flex max-w-xs flex-col items-center gap-3 p-6 text-center">
      {icon && (
        <span aria-hidden="true" className="mb-1 inline-flex size-14 items-center justify-center rounded-full bg-hover text-soft">
          {icon}
        </span>
      )}
      <p className="text-lg font-semibold text-balance">{title}</p>
      {children && <p className="text-soft text-pretty">{children}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}
