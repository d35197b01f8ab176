import type { Preferences } from '@/engine';
import { toast } from '@/ui/toast';
import { useEngine } from './context';
import { tell } from './errors';

type Change = Partial<Preferences> | ((now: Preferences) => Partial<Preferences>);

/** One change after the other: a part that is changed twice in a moment keeps both. */
let last: Promise<unknown> = Promise.resolve();

/** Changes preferences; what could not be saved is told. What depends on the others is given as a function of them. */
export function useSetPreferences(): (change: Change) => void {
  const engine = useEngine();
  return (change) => {
    last = last
      .then(() => {
        const preferences = typeof change === 'function' ? change(engine.me.get().preferences) : change;
        return engine.update_me({ preferences });
      })
      .catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
  };
}
