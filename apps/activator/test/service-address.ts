import { rmSync } from 'node:fs';
import { type Server, type Socket, connect, createServer } from 'node:net';

/** An address behind which one of several servers answers, as a Service does it: new connections go to the first that takes them. */
export class ServiceAddress {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly path: string,
    private readonly backends: readonly string[],
  ) {
    rmSync(path, { force: true });
    this.server = createServer((client) => this.connect(client, 0));
    this.server.listen(path);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    rmSync(this.path, { force: true });
  }

  private connect(client: Socket, index: number): void {
    this.keep(client);
    const path = this.backends[index];
    if (path === undefined) return void client.destroy();
    const backend = connect(path);
    this.keep(backend);
    let isConnected = false;
    backend.once('connect', () => {
      isConnected = true;
      client.pipe(backend).pipe(client);
    });
    backend.on('error', () => undefined);
    backend.once('close', () => (isConnected ? client.destroy() : this.connect(client, index + 1)));
    client.once('close', () => backend.destroy());
  }

  private keep(socket: Socket): void {
    if (this.sockets.has(socket)) return;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
