import { type Socket, connect, createServer } from 'node:net';

const MOST_CONNECTIONS = 1000;

/** Passes connections to `host`:`port` on to the same port of another address, byte by byte. Rejects when the port cannot be had. */
export function openDoor(host: string, port: number, to: string): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (outside) => {
    const inside = connect({ host: to, port, allowHalfOpen: true });
    const end = (): void => {
      outside.destroy();
      inside.destroy();
    };
    for (const [socket, other] of [[outside, inside], [inside, outside]] as const) {
      sockets.add(socket);
      socket.on('error', end);
      socket.once('close', () => {
        sockets.delete(socket);
        // What was said before still arrives.
        other.destroySoon();
      });
    }
    outside.pipe(inside).pipe(outside);
  });
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () =>
      resolve({
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      }),
    );
  });
}
