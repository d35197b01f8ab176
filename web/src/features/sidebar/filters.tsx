import { Trans, useLingui } from '@lingui/react/macro';
import { Archive, CheckCheck } from 'lucide-react';
import { tell, useEngine } from '@/features/session';
import { useReadable } from '@/lib/readable';
import { cx, EmptyState, IconButton } from '@/ui';
import { toast } from '@/ui/toast';
import { choose, type Filter, filter } from './arrangement';

/** What of the list is shown, and everything read at once. */
export function Filters({ fresh }: { fresh: boolean }) {
  const { t } = useLingui();
  const engine = useEngine();
  const shown = useReadable(filter);
  const choices: readonly { value: Filter; label: string }[] = [
    { value: 'all', label: t`All` },
    { value: 'unread', label: t`Unread` },
    { value: 'mentions', label: t`Mentions` },
    { value: 'favourites', label: t`Favourites` },
  ];
  const readAll = () => {
    engine.call('PUT', '/conversations/read-all').catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
  };
  return (
    <div className="flex min-h-10.5 shrink-0 items-center gap-1 px-2 pb-1.5 touch:min-h-13.5">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div role="group" aria-label={t`Show`} className="scroll-pane flex min-w-0 flex-1 gap-0.5 overflow-x-auto px-2 py-0.5">
        {choices.map(({ value, label }) => (
          <button
            key={value}
            type="button"
            aria-pressed={shown === value}
            onClick={() => choose(value)}
            className={cx(
              'group flex shrink-0 items-center rounded-full text-sm touch:min-h-11',
              shown === value ? 'font-medium text-ink' : 'text-soft hover:text-ink',
            )}
          >
            {/* The pill stays low where the target is tall. */}
            <span
              className={cx(
                'flex min-h-7 items-center rounded-full px-2 touch:min-h-8 touch:px-2.5',
                shown === value ? 'bg-selected forced:outline' : 'group-hover:bg-hover',
              )}
            >
              {label}
            </span>
          </button>
        ))}
      </div>
      {fresh && (
        <IconButton
          label={t`Mark all as read`}
          title={t`Mark all as read`}
          icon={<CheckCheck className="size-4.5" />}
          onClick={readAll}
        />
      )}
    </div>
  );
}

/** At the bottom: the way into the archive, and out of it. */
export function ArchiveLine({ count }: { count: number }) {
  const { t } = useLingui();
  const shown = useReadable(filter) === 'archived';
  if (count === 0 && !shown) return null;
  return (
    <button
      type="button"
      aria-pressed={shown}
      onClick={() => choose(shown ? 'all' : 'archived')}
      className={cx(
        'mx-2 mb-[max(0.375rem,env(safe-area-inset-bottom))] flex min-h-10 shrink-0 items-center gap-3 rounded-md px-4.5 text-start text-sm outline-offset-[-2px] touch:min-h-11',
        shown ? 'bg-selected font-medium forced:outline' : 'text-soft hover:bg-hover',
      )}
    >
      <Archive aria-hidden="true" className="size-4.5" />
      {count === 0 ? t`Archive` : t`Archive (${count})`}
    </button>
  );
}

/** The filter leaves nothing. */
export function NothingHere() {
  const { t } = useLingui();
  return (
    <div className="min-h-0 flex-1">
      <EmptyState
        title={t`Nothing here`}
        action={
          <button
            type="button"
            onClick={() => choose('all')}
            className="min-h-11 font-medium text-accent underline underline-offset-2"
          >
            <Trans>Show all</Trans>
          </button>
        }
      >
        <Trans>No conversation is like that now.</Trans>
      </EmptyState>
    </div>
  );
}
