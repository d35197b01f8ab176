import { once } from 'node:events';
import { connect, createServer, type Server as Listener, type Socket } from 'node:net';

interface Connection {
  near: Socket;
  far: Socket;
  dead: boolean;
}

/** A line to a server that can go dead, break, and be mended. */
export class Line {
  readonly url: string;
  private readonly open = new Set<Connection>();
  private dead = false;
  private broken = false;

  private constructor(
    private readonly listener: Listener,
    port: number,
    to: number,
  ) {
    this.url = `http://localhost:${port}`;
    listener.on('connection', (near) => {
      if (this.broken) near.destroy();
      else this.join({ near, far: connect(to, '127.0.0.1'), dead: this.dead });
    });
  }

  static async to(url: string): Promise<Line> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new Line(listener, address.port, Number(new URL(url).port));
  }

  /**
   * What the server sends arrives nowhere, and neither side hears when the other hangs up. What was opened before it is
   * mended stays so.
   */
  goDead(): void {
    this.dead = true;
    for (const connection of this.open) connection.dead = true;
  }

  /** The client loses what is open, and does not come through until it is mended. */
  break(): void {
    this.broken = true;
    for (const { near } of this.open) near.destroy();
  }

  mend(): void {
    this.dead = false;
    this.broken = false;
  }

  close(): void {
    this.break();
    for (const { far } of this.open) far.destroy();
    this.listener.close();
  }

  private join(connection: Connection): void {
    const { near, far } = connection;
    this.open.add(connection);
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      if (!connection.dead) near.write(bytes);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => {
        if (!connection.dead) other.destroy();
        if (near.destroyed && far.destroyed) this.open.delete(connection);
      });
    }
  }
}
