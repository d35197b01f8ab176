import { useMemo } from 'react';
import { useEngine } from '@/features/session';
import { useReadable } from '@/lib/readable';
import type { Documents } from './types';

export function useDocument<N extends keyof Documents>(name: N): Documents[N] | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => engine.document<Documents[N]>(name), [engine, name]));
}
