import { expect } from '@playwright/test';
import { type Answer, call, type Ear } from './doors.ts';
import type { Server } from './server.ts';

export const PASSWORD = 'plum harbour lantern 47';
export const HEARD = 'message recieved';

/** Somebody with a client of this family: what its pages keep and ask for. */
export class Somebody {
  readonly email: string;

  private constructor(
    readonly server: Server,
    readonly name: string,
    /** What sign-in answered, which the page keeps and sends as `setup`. */
    // biome-ignore lint/suspicious/noExplicitAny: another system's shape
    public kept: any,
  ) {
    this.email = `${name.toLowerCase()}@example.org`;
  }

  static async register(server: Server, name: string): Promise<Somebody> {
    const email = `${name.toLowerCase()}@example.org`;
    const { status, body } = await call(server, 'POST', '/api/user', { name, email, password: PASSWORD });
    expect(status).toBe(201);
    return new Somebody(server, name, body);
  }

  get id(): string {
    return this.kept._id;
  }

  /** For calls to the server's own API. */
  get login(): { username: string; password: string } {
    return { username: this.email, password: PASSWORD };
  }

  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(this.server, method, path, body, this.kept.token);
  }

  // biome-ignore lint/suspicious/noExplicitAny: another system's shape
  async done(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.ask(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  chatWith(other: Somebody) {
    return this.done('POST', '/api/chat', { userId: other.id });
  }

  say(chatId: unknown, content: string) {
    return this.done('POST', '/api/message', { chatId, content });
  }

  async told(chat: string): Promise<string[]> {
    return (await this.done('GET', `/api/message/${chat}`)).map((message: { content: string }) => message.content);
  }

  /** As the page does once it is loaded. */
  async setUp(ear: Ear): Promise<void> {
    const before = ear.all('connected').length;
    ear.socket.emit('setup', this.kept);
    await expect.poll(() => ear.all('connected').length, { intervals: [10, 25, 50] }).toBe(before + 1);
  }
}

export async function two(server: Server): Promise<[Somebody, Somebody]> {
  return [await Somebody.register(server, 'Alice'), await Somebody.register(server, 'Bob')];
}

export async function three(server: Server): Promise<[Somebody, Somebody, Somebody]> {
  return [...(await two(server)), await Somebody.register(server, 'Carol')];
}

export function members(chat: { users: { name: string }[] }): string[] {
  return chat.users.map(({ name }) => name).toSorted();
}

export const hears = (ear: Ear) => expect.poll(() => ear.texts(HEARD, 'content'), { intervals: [10, 25, 50, 100] });
