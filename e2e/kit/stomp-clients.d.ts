/** The client of 2014, which most pages still load. It has no types of its own. */
declare module 'stompjs/lib/stomp.js' {
  interface Frame {
    command: string;
    headers: Record<string, string>;
    body: string;
    ack(): void;
  }
  interface Client {
    connected: boolean;
    debug: ((line: string) => void) | null;
    heartbeat: { outgoing: number; incoming: number };
    onreceipt: (frame: Frame) => void;
    connect(headers: Record<string, string>, connected: (frame: Frame) => void, failed: (error: Frame | string) => void): void;
    disconnect(done: () => void): void;
    send(destination: string, headers: Record<string, string>, body: string): void;
    subscribe(destination: string, told: (message: Frame) => void, headers?: Record<string, string>): { id: string };
  }
  export const Stomp: {
    setInterval: (every: number, work: () => void) => unknown;
    clearInterval: (timer: unknown) => void;
    over(socket: unknown): Client;
  };
}

declare module 'sockjs-client' {
  export default class SockJS {
    constructor(url: string, protocols: null, options: { transports: string | string[] });
    readonly transport: string;
  }
}

declare module 'ws' {
  export class WebSocket {
    constructor(url: string, protocols: string[]);
  }
}
