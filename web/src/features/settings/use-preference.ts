import type { Preferences } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { toast } from '@/ui/toast';

/** Changes one preference; what could not be saved is told. */
export function useSetPreference(): (change: Partial<Preferences>) => void {
  const engine = useEngine();
  return (change) => {
    engine.update_me({ preferences: change }).catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
  };
}
