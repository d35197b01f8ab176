import { CircleAlert } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx';

export const inputClass =
  'w-full min-h-10 touch:min-h-11 rounded-md border border-edge bg-raised px-3 py-2 text-ink placeholder:text-faint ' +
  'aria-invalid:border-danger aria-invalid:outline-danger focus-visible:outline-offset-0';

interface FieldParts {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Shown beside the label, e.g. "optional". */
  aside?: ReactNode;
}

interface FrameProps extends FieldParts {
  id: string;
  children: ReactNode;
}

function Frame({ id, label, hint, error, aside, children }: FrameProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {aside && <span className="text-sm text-faint">{aside}</span>}
      </div>
      {children}
      {error ? (
        <p id={`${id}-note`} className="flex items-start gap-1.5 text-sm text-danger">
          <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span>{error}</span>
        </p>
      ) : hint ? (
        <p id={`${id}-note`} className="text-sm text-soft">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

function describe(id: string, { hint, error }: FieldParts) {
  return { 'aria-invalid': error ? true : undefined, 'aria-describedby': error || hint ? `${id}-note` : undefined };
}

export interface TextFieldProps extends Omit<ComponentProps<'input'>, 'id'>, FieldParts {
  /** A button inside the field, at its end. */
  end?: ReactNode;
}

export function TextField({ label, hint, error, aside, end, className, ...rest }: TextFieldProps) {
  const id = useId();
  const parts = { label, hint, error, aside };
  return (
    <Frame id={id} {...parts}>
      <div className="relative">
        <input id={id} className={cx(inputClass, !!end && 'pe-12', className)} {...describe(id, parts)} {...rest} />
        {end && <div className="absolute inset-y-0 end-0.5 flex items-center">{end}</div>}
      </div>
    </Frame>
  );
}

export interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'id'>, FieldParts {}

export function TextArea({ label, hint, error, aside, className, ...rest }: TextAreaProps) {
  const id = useId();
  const parts = { label, hint, error, aside };
  return (
    <Frame id={id} {...parts}>
      <textarea id={id} dir="auto" className={cx(inputClass, 'resize-none', className)} {...describe(id, parts)} {...rest} />
    </Frame>
  );
}
