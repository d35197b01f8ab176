import { useEffect, useState } from 'react';
import type { User } from '@/engine';
import { tell, useEngine } from '@/features/session';

const WAIT_MS = 150;

interface Found {
  /** undefined: not asked yet. */
  people: readonly User[] | undefined;
  pending: boolean;
  failure: string | undefined;
}

/** People whose name or username begins with the query, or some of them for an empty one. Answers that come late are dropped. */
export function usePeople(query: string): Found {
  const engine = useEngine();
  const [found, setFound] = useState<Found>({ people: undefined, pending: true, failure: undefined });
  const asked = query.trim();
  useEffect(() => {
    const abort = new AbortController();
    setFound((before) => ({ ...before, pending: true }));
    const timer = setTimeout(
      () => {
        engine.search_users(asked, abort.signal).then(
          (people) => !abort.signal.aborted && setFound({ people, pending: false, failure: undefined }),
          (error: unknown) => !abort.signal.aborted && setFound({ people: [], pending: false, failure: tell(error).text }),
        );
      },
      asked === '' ? 0 : WAIT_MS,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [engine, asked]);
  return found;
}
