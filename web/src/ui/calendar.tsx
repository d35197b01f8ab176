import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { monthLabel, weekdays, weekStart, wholeDate } from '@/lib/time';
import { IconButton } from './button';
import { cx } from './cx';

const MOST_WEEKS = 6;
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

interface CalendarProps {
  /** The day to begin at, and the first and last that can be chosen; any time of those days. */
  day: number;
  min: number;
  max: number;
  previousLabel: string;
  nextLabel: string;
  /** With the first moment of the day. */
  onChoose: (at: number) => void;
}

const startOf = (at: number) => new Date(at).setHours(0, 0, 0, 0);

function shifted(at: number, { months = 0, days = 0 }: { months?: number; days?: number }): number {
  const date = new Date(at);
  if (months === 0) return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
  const last = new Date(date.getFullYear(), date.getMonth() + months + 1, 0).getDate();
  return new Date(date.getFullYear(), date.getMonth() + months, Math.min(date.getDate(), last)).getTime();
}

/** The weeks that a month touches, each of seven days. */
export function weeksOf(at: number, first_weekday: number): number[][] {
  const date = new Date(at);
  const first = new Date(date.getFullYear(), date.getMonth(), 1);
  const lead = (first.getDay() - first_weekday + 7) % 7;
  const weeks = Array.from({ length: MOST_WEEKS }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => shifted(first.getTime(), { days: week * 7 + day - lead })),
  );
  return weeks.filter((week) => week.some((day) => new Date(day).getMonth() === date.getMonth()));
}

/** One month to choose a day from. One day is a tab stop; arrows, Page Up and Page Down move it. */
export function Calendar({ day, min, max, previousLabel, nextLabel, onChoose }: CalendarProps) {
  const title = useId();
  const grid = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState(() => startOf(day));
  const moved = useRef(false);
  const [low, high] = [startOf(min), startOf(max)];
  const go = (to: number) => setAt(Math.min(high, Math.max(low, to)));
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>(`[data-day="${at}"]`)?.focus();
  }, [at]);

  const rtl = () => document.documentElement.dir === 'rtl';
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
    const months = event.key === 'PageUp' ? -1 : event.key === 'PageDown' ? 1 : 0;
    if (step === undefined && months === 0) return;
    event.preventDefault();
    moved.current = true;
    go(months === 0 ? shifted(at, { days: (step ?? 0) * (sideways && rtl() ? -1 : 1) }) : shifted(at, { months }));
  };
  const page = (months: number) => () => {
    moved.current = false;
    go(shifted(at, { months }));
  };
  const month = new Date(at).getMonth();
  const today = startOf(Date.now());
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center">
        <IconButton
          label={previousLabel}
          icon={<ChevronLeft className="size-5 rtl:-scale-x-100" />}
          disabled={new Date(at).setDate(1) <= low}
          onClick={page(-1)}
        />
        <p id={title} aria-live="polite" className="flex-1 text-center font-semibold">
          {monthLabel(at)}
        </p>
        <IconButton
          label={nextLabel}
          icon={<ChevronRight className="size-5 rtl:-scale-x-100" />}
          disabled={shifted(new Date(at).setDate(1), { months: 1 }) > high}
          onClick={page(1)}
        />
      </div>
      <table ref={grid} aria-labelledby={title} onKeyDown={onKeyDown} className="w-full table-fixed text-center">
        <thead>
          <tr>
            {weekdays().map(({ short, long }) => (
              <th key={long} scope="col" abbr={long} className="py-1 text-xs font-normal text-soft">
                {short}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(at, weekStart()).map((week) => (
            <tr key={week[0]}>
              {week.map((one) => (
                <td key={one} className="p-0.5">
                  {new Date(one).getMonth() === month && (
                    <button
                      type="button"
                      data-day={one}
                      tabIndex={one === at ? 0 : -1}
                      disabled={one < low || one > high}
                      aria-label={wholeDate(one)}
                      aria-current={one === today ? 'date' : undefined}
                      onClick={() => onChoose(one)}
                      className={cx(
                        'inline-flex size-9 items-center justify-center rounded-full tabular-nums touch:size-11',
                        one === today ? 'font-semibold text-accent' : 'text-ink',
                        one === at ? 'bg-selected' : 'not-disabled:hover:bg-hover',
                        'disabled:text-faint disabled:opacity-60',
                      )}
                    >
                      {new Date(one).getDate()}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
