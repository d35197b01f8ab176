import { useLingui } from '@lingui/react/macro';
import { keyCaps } from '@/lib/keys';
import { cx } from '@/ui';
import { Popover, type PopoverProps } from '@/ui/popover';
import { FORMATS, type Format } from './format';

type FormattingProps = Pick<PopoverProps, 'open' | 'anchor' | 'onClose'> & { onFormat: (format: Format) => void };

/** What one can write, and what it becomes: the first lines do it to what is selected. */
export default function Formatting({ onFormat, ...rest }: FormattingProps) {
  const { t } = useLingui();
  const names: Record<Format, [name: string, written: string, look: string]> = {
    bold: [t`Bold`, '**…**', 'font-semibold'],
    italic: [t`Italic`, '_…_', 'italic'],
    strike: [t`Crossed out`, '~~…~~', 'line-through'],
    code: [t`Code`, '`…`', 'font-mono'],
    spoiler: [t`Spoiler`, '||…||', ''],
  };
  const more: [name: string, written: string][] = [
    [t`Block of code`, '```'],
    [t`Quote`, '> …'],
    [t`List`, '- …'],
    [t`Numbered list`, '1. …'],
    [t`Heading`, '# …'],
    [t`Link`, '[…](https://…)'],
  ];
  return (
    <Popover {...rest} label={t`Formatting`} className="w-72">
      {FORMATS.map(({ format, keys }) => {
        const [name, written, look] = names[format];
        return (
          <button
            key={format}
            type="button"
            onClick={() => onFormat(format)}
            className="flex min-h-9 w-full items-center gap-3 rounded-sm px-2.5 text-start hover:bg-hover touch:min-h-11"
          >
            <span className={cx('flex-1', look)}>{name}</span>
            <code className="font-mono text-sm text-soft">{written}</code>
            <kbd className="w-24 text-end font-sans text-xs text-soft">{keys && keyCaps(keys).join(' ')}</kbd>
          </button>
        );
      })}
      <dl className="mt-1 border-t border-line pt-1 text-sm">
        {more.map(([name, written]) => (
          <div key={name} className="flex min-h-8 items-center gap-3 px-2.5">
            <dt className="flex-1">{name}</dt>
            <dd className="font-mono text-soft">{written}</dd>
          </div>
        ))}
      </dl>
    </Popover>
  );
}
