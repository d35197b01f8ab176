import { useLingui } from '@lingui/react/macro';
import { useDocument } from './use-document';

/** How many reminders wait to be put away, and messages that could not be sent. */
export default function Badge() {
  const { t } = useLingui();
  const due = useDocument('reminders')?.reminders.filter((reminder) => reminder.due).length ?? 0;
  const failed = useDocument('scheduled')?.scheduled.filter((one) => one.failed != null).length ?? 0;
  const count = due + failed;
  if (count === 0) return null;
  return (
    <span className="min-w-5 rounded-full bg-accent px-1.5 text-center text-xs leading-5 font-semibold text-on-accent">
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{t`${count} due`}</span>
    </span>
  );
}
