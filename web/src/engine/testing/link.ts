import type { ClientFrame, ServerFrame } from '../protocol';
import { LIMITS } from '../types';
import { Refusal } from './refusal';
import type { FakeServer } from './server';

interface Placed {
  seq: number;
  at: number;
}

/** One socket, seen from the server. */
export class Link {
  user = '';

  constructor(
    private readonly server: FakeServer,
    readonly tell: (frame: ServerFrame) => void,
    private readonly close: () => void,
  ) {}

  gone(): void {
    this.server.links.delete(this);
  }

  bye(code: Extract<ServerFrame, { op: 'bye' }>['code']): void {
    this.tell({ op: 'bye', code, detail: code });
    this.gone();
    this.close();
  }

  take(frame: ClientFrame): void {
    try {
      this.handle(frame);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (frame.op === 'hello') this.bye('unauthenticated');
      else this.tell({ op: 'error', id: 'id' in frame ? (frame.id ?? null) : null, code: error.code, detail: error.message });
    }
  }

  private handle(frame: ClientFrame): void {
    const { server } = this;
    switch (frame.op) {
      case 'hello':
        server.heard.push(frame);
        this.hello(frame.token, frame.known ?? {});
        return;
      case 'send':
      case 'edit':
      case 'delete':
      case 'react':
      case 'unreact': {
        const refusal = server.refusals.shift();
        if (refusal !== undefined) throw refusal;
        const first = this.carry_out(frame);
        if (server.mute?.(frame) !== true) this.tell({ op: 'ok', id: frame.id, ...first });
        return;
      }
      case 'read':
        this.tell({ op: 'ok', id: frame.id ?? '', ...server.read(frame.conversation, this.user, frame.seq, this) });
        return;
      case 'delivered':
      case 'typing':
      case 'presence':
      case 'watch':
        server.heard.push(frame);
        return;
      case 'ping':
        this.tell({ op: 'pong' });
        return;
      default:
        return;
    }
  }

  private carry_out(frame: Extract<ClientFrame, { op: 'send' | 'edit' | 'delete' | 'react' | 'unreact' }>): Placed {
    const { server, user } = this;
    if (frame.op === 'send') {
      const { reply_to, mentions } = frame;
      const extra = { ...(reply_to && { reply_to }), ...(mentions && { mentions }) };
      return server.send(frame.conversation, user, frame.client_id, frame.text, extra);
    }
    const target = frame.seq;
    server.acts.push(frame.op);
    switch (frame.op) {
      case 'edit':
        return server.act(frame.conversation, user, { kind: 'edited', target, text: frame.text, mentions: frame.mentions ?? [] });
      case 'delete':
        return server.act(frame.conversation, user, { kind: 'deleted', target });
      default: {
        const kind = frame.op === 'react' ? 'reacted' : 'unreacted';
        return server.act(frame.conversation, user, { kind, target, emoji: frame.emoji });
      }
    }
  }

  private hello(token: string, known: Record<string, number>): void {
    const { server } = this;
    this.user = server.who(token);
    const heads = server.heads(this.user);
    this.tell({
      op: 'welcome',
      session: '1',
      user: this.user,
      node: 'a',
      account_version: server.users.get(this.user)?.version ?? 0,
      heartbeat_ms: 30_000,
      limits: LIMITS,
      heads,
      versions: server.versions(this.user),
    });
    server.links.add(this);
    for (const [conversation, seq] of Object.entries(known)) {
      const room = server.rooms.get(conversation);
      const log = room?.seats.has(this.user) ? room.for(this.user, false) : [];
      if (log.length - seq > 1_000) this.tell({ op: 'reset', conversation, head_seq: log.length });
      else if (log.length > seq) this.tell({ op: 'entries', conversation, entries: log.slice(seq) });
    }
  }
}
