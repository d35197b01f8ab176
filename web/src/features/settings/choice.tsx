import { type ReactNode, useId } from 'react';
import { cx } from '@/ui';

interface ChoiceProps<T extends string> {
  legend: string;
  value: T;
  options: readonly { value: T; label: string; icon: ReactNode }[];
  onChange: (value: T) => void;
}

/** A few exclusive options as native radio buttons in large tiles. */
export function Choice<T extends string>({ legend, value, options, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className="grid grid-cols-3 gap-2.5">
      <legend className="sr-only">{legend}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            'relative flex min-h-20 flex-col items-center justify-center gap-2 rounded-md border px-1.5 text-center text-sm',
            'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
            value === option.value ? 'border-accent bg-selected font-medium' : 'border-edge hover:bg-hover',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            onChange={() => onChange(option.value)}
            className="absolute inset-0 opacity-0"
          />
          <span aria-hidden="true">{option.icon}</span>
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
