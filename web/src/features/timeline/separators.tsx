import { useLingui } from '@lingui/react/macro';
import { lazy, memo } from 'react';
import { openLayer } from '@/features/slots';
import { dayLabel } from '@/lib/time';
import type { Item } from './model';

const DayPicker = lazy(() => import('./day-picker'));

export function openDayPicker(ask: Omit<React.ComponentProps<typeof DayPicker>, 'onClose'>): void {
  openLayer(DayPicker, ask);
}

interface SeparatorProps {
  item: Extract<Item, { type: 'day' | 'new' }>;
  pickDay: (at: number) => void;
}

/** A day, or where the new messages begin. A day leads to others; by keyboard the conversation's menu does. */
export const Separator = memo(function Separator({ item, pickDay }: SeparatorProps) {
  const { t } = useLingui();
  const fresh = item.type === 'new';
  const label = fresh ? t`New` : dayLabel(item.at);
  const line = `h-px flex-1 ${fresh ? 'bg-accent' : 'bg-line'}`;
  return (
    <div className="mt-4 mb-1.5 flex items-center gap-3 px-3 select-none desk:px-5">
      {/* biome-ignore lint/a11y/useSemanticElements: an <hr> has no label */}
      <div role="separator" aria-label={label} className={line} />
      {fresh ? (
        <span aria-hidden="true" className="text-sm font-semibold text-accent">
          {label}
        </span>
      ) : (
        <button
          type="button"
          tabIndex={-1}
          onClick={() => pickDay(item.at)}
          aria-label={t`${label}: jump to a day`}
          className="-my-1 rounded-full px-2 py-1 text-sm text-soft hover:bg-hover hover:text-ink touch:-my-2.5 touch:min-h-11 touch:px-4"
        >
          {label}
        </button>
      )}
      <div className={line} />
    </div>
  );
});
