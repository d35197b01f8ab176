/** The package of 2021, under its alias. Its own types cannot be found from a module. */
declare module 'socket.io-client-4.1' {
  export function io(address: string, options: Record<string, unknown>): import('socket.io-client').Socket;
}
