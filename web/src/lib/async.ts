import { useCallback, useRef, useState } from 'react';

/** Runs one asynchronous action at a time; a second call while the first is under way is ignored. */
export function usePending<A extends unknown[]>(
  action: (...args: A) => Promise<void>,
): [run: (...args: A) => void, pending: boolean] {
  const [pending, setPending] = useState(false);
  const busy = useRef(false);
  const latest = useRef(action);
  latest.current = action;
  const run = useCallback((...args: A) => {
    if (busy.current) return;
    busy.current = true;
    setPending(true);
    void latest.current(...args).finally(() => {
      busy.current = false;
      setPending(false);
    });
  }, []);
  return [run, pending];
}
