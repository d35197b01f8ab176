import { type FormEvent, type RefObject, useRef, useState } from 'react';
import { type Told, tell, type Words } from '@/features/session';

interface Asking {
  form: RefObject<HTMLFormElement | null>;
  pending: boolean;
  /** The failure that belongs to no field. */
  failure: string | undefined;
  errorOf: (field: string) => string | undefined;
  clear: (field: string) => void;
  submit: (event: FormEvent<HTMLFormElement>) => void;
}

/**
 * A form that asks the server one thing. `check` may refuse before the network; a failure that names a field is shown
 * there and the field gets the focus. What was typed is never lost.
 */
export function useAsk(
  fields: readonly string[],
  check: (data: FormData) => Told | undefined,
  ask: (data: FormData) => Promise<void>,
  words?: Words,
): Asking {
  const form = useRef<HTMLFormElement>(null);
  const [pending, setPending] = useState(false);
  const [told, setTold] = useState<Told>();

  const refuse = (why: Told) => {
    setTold(why);
    const input = why.field ? form.current?.elements.namedItem(why.field) : null;
    if (input instanceof HTMLElement) input.focus();
  };

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    const wrong = check(data);
    if (wrong) return refuse(wrong);
    setTold(undefined);
    setPending(true);
    ask(data)
      .catch((error: unknown) => refuse(tell(error, words)))
      .finally(() => setPending(false));
  };

  const here = told?.field !== undefined && fields.includes(told.field);
  return {
    form,
    pending,
    failure: told && !here ? told.text : undefined,
    errorOf: (field) => (told?.field === field ? told.text : undefined),
    clear: (field) => told?.field === field && setTold(undefined),
    submit,
  };
}

export function text(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value : '';
}
