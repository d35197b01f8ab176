import { cx } from './cx';

/** The mark: a doorway that is a speech bubble, with a lamp lit inside. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className={cx('shrink-0', className)}>
      <rect width="32" height="32" rx="8" fill="#17616d" />
      <path d="M9 25.6V14.8a7 7 0 0 1 14 0v3.4a4.2 4.2 0 0 1-4.2 4.2h-5.2z" fill="#fbf8f2" />
      <circle cx="16" cy="15" r="2.6" fill="#d99a35" />
    </svg>
  );
}

export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={cx('flex items-center gap-2 text-lg leading-none font-semibold tracking-tight', className)}>
      <Mark className="size-7" />
      Parlor
    </span>
  );
}
