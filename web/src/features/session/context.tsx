import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { type Engine, type Gate, LIMITS, type ServerInfo } from '@/engine';
import { forgetOwn } from '@/lib/device-store';

interface Session {
  engine: Engine;
  gate: Gate;
  /** Called when the person has signed out here. */
  onLeft: () => void;
}

const SessionContext = createContext<Session | undefined>(undefined);

interface SessionProviderProps extends Session {
  children: ReactNode;
}

export function SessionProvider({ engine, gate, onLeft, children }: SessionProviderProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new closure is no new session
  const value = useMemo(() => ({ engine, gate, onLeft }), [engine, gate]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('No session above this component');
  return session;
}

export function useEngine(): Engine {
  return useSession().engine;
}

/** Ends the session on the server, clears this device, and leaves for the sign-in screen. */
export function useSignOut(): () => Promise<void> {
  const { engine, onLeft } = useSession();
  return async () => {
    await engine.logout();
    forgetOwn();
    onLeft();
  };
}

const known = new WeakMap<Gate, Promise<ServerInfo>>();

function ask(gate: Gate): Promise<ServerInfo> {
  const asked = known.get(gate) ?? gate.server();
  known.set(gate, asked);
  asked.catch(() => known.delete(gate));
  return asked;
}

export function useServer(): ServerInfo | undefined {
  const { gate } = useSession();
  const [server, setServer] = useState<ServerInfo>();
  useEffect(() => {
    let gone = false;
    ask(gate).then(
      (answer) => !gone && setServer(answer),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [gate]);
  return server;
}

export function useLimits(): ServerInfo['limits'] {
  return useServer()?.limits ?? LIMITS;
}
