import { t } from '@lingui/core/macro';
import type { Engine, Message, Readable } from '@/engine';
import { tell } from '@/features/session';
import { toast } from '@/ui/toast';
import type { Documents } from './types';

const path = ({ conversation, seq }: Message) => `/me/hidden/${conversation}/${seq}`;

function all(engine: Engine, method: 'PUT' | 'DELETE', messages: readonly Message[], done: () => void): void {
  Promise.all(messages.map((message) => engine.call(method, path(message)))).then(done, (error: unknown) =>
    toast({ text: tell(error).text, tone: 'danger' }),
  );
}

/** "Delete for me": everybody else still sees them. */
export function hide(engine: Engine, messages: readonly Message[]): void {
  all(engine, 'PUT', messages, () =>
    toast({
      text: t`Deleted for you. Others still see it.`,
      action: { label: t`Undo`, run: () => all(engine, 'DELETE', messages, () => undefined) },
    }),
  );
}

export function hidesHidden(engine: Engine, conversation: string): Readable<(message: Message) => boolean> {
  const document = engine.document<Documents['hidden']>('hidden');
  let of: Documents['hidden'] | undefined;
  let hides = (_: Message) => false;
  return {
    subscribe: (listener) => document.subscribe(listener),
    get: () => {
      const now = document.get();
      if (now !== of) {
        of = now;
        const seqs = new Set(now?.hidden[conversation]);
        hides = ({ seq }) => seqs.has(seq);
      }
      return hides;
    },
  };
}
