/** The one door to the engine. */
import type { Env } from './env';
import { ParlorGate } from './gate';
import type { Gate } from './types';

export { browser_env } from './browser';
export type { Env } from './env';
export type * from './protocol';
export * from './types';

/** Tests hand in an environment of their own; the client passes `browser_env()`. */
export function createGate(env: Env): Gate {
  return new ParlorGate(env);
}
