import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useId } from 'react';
import { cx } from './cx';
import { useLandmark } from './landmark';
import { POPUP_CLASS } from './menu';
import { inputClass } from './text-field';

interface SelectProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; lang?: string }[];
  onChange: (value: T) => void;
}

export function Select<T extends string>({ label, value, options, onChange }: SelectProps<T>) {
  const id = useId();
  const [ref, landmark] = useLandmark();
  return (
    <div ref={ref} className="flex flex-col gap-1.5">
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
      <Base.Root items={options} value={value} onValueChange={(next) => next !== null && onChange(next as T)}>
        <Base.Trigger aria-labelledby={id} className={cx(inputClass, 'flex items-center justify-between gap-2 text-start')}>
          <Base.Value />
          <Base.Icon>
            <ChevronsUpDown aria-hidden="true" className="size-4 text-soft" />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal container={landmark}>
          <Base.Positioner positionMethod="fixed" className="z-40 outline-none" sideOffset={4} alignItemWithTrigger={false}>
            <Base.Popup className={cx(POPUP_CLASS, 'w-(--anchor-width)')}>
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  lang={option.lang}
                  className="flex min-h-9 items-center gap-2 rounded-sm px-2.5 outline-none touch:min-h-11 data-highlighted:bg-hover forced:data-highlighted:outline"
                >
                  <Base.ItemText className="flex-1">{option.label}</Base.ItemText>
                  <Base.ItemIndicator>
                    <Check aria-hidden="true" className="size-4 text-accent" />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </div>
  );
}
