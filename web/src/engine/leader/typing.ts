/** Tells others that one writes: at most every three seconds, while they need not be told more often. */
import type { Env } from '../env';
import type { Socket } from './socket';

const pace_ms = 3_000;

export class Typing {
  /** When it was last told, by conversation. */
  private readonly told = new Map<string, number>();

  constructor(
    private readonly env: Env,
    private readonly socket: Socket,
  ) {}

  set(conversation: string, on: boolean): void {
    const last = this.told.get(conversation);
    if (on ? last !== undefined && this.env.now() - last < pace_ms : last === undefined) return;
    if (on) this.told.set(conversation, this.env.now());
    else this.told.delete(conversation);
    this.socket.say({ op: 'typing', conversation, on });
  }
}
