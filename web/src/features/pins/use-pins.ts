import { useEffect, useMemo } from 'react';
import { type Engine, EngineError, type Message } from '@/engine';
import { useHides } from '@/features/slots';
import { type Cell, cell } from '@/lib/cell';
import { afterPaint } from '@/lib/frames';
import { useReadable } from '@/lib/readable';

export interface Pin {
  message: Message;
  /** Who pinned it. */
  by: string;
  at: number;
}

export interface Pins {
  /** Last pinned first; undefined until they are known. */
  pins?: readonly Pin[];
  failure?: unknown;
}

/** What banner and details show, so that they agree. */
const known = new WeakMap<Engine, Map<string, Cell<Pins>>>();

function pinsIn(engine: Engine, conversation: string): Cell<Pins> {
  const cells = known.get(engine) ?? new Map<string, Cell<Pins>>();
  known.set(engine, cells);
  const found = cells.get(conversation) ?? cell<Pins>({});
  cells.set(conversation, found);
  return found;
}

/** The pinned messages of a conversation; asked for when it is opened, and again when something is pinned or unpinned. */
export function usePins(engine: Engine, conversation: string): Pins {
  const state = useMemo(() => pinsIn(engine, conversation), [engine, conversation]);
  const moved = useReadable(useMemo(() => engine.pins_at(conversation), [engine, conversation]));
  const online = useReadable(engine.connection).state === 'online';
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was pinned, or a connection, is a reason to ask
  useEffect(() => {
    if (!online) return undefined;
    const stop = new AbortController();
    const ask = () =>
      engine.call<{ pins: Pin[] }>('GET', `/conversations/${conversation}/pins`, undefined, stop.signal).then(
        ({ pins }) => state.set({ pins }),
        (failure: unknown) => stop.signal.aborted || state.set({ ...state.get(), failure }),
      );
    const cancel = afterPaint(ask);
    return () => {
      cancel();
      stop.abort();
    };
  }, [engine, conversation, state, moved, online]);
  const latest = useReadable(state);
  const hides = useHides(engine, conversation);
  const shown = useMemo(
    () => (latest.pins ? { ...latest, pins: latest.pins.filter(({ message }) => !hides(message)) } : latest),
    [latest, hides],
  );
  const offline = latest.pins === undefined && !online;
  return offline ? { failure: new EngineError('offline', '') } : shown;
}
