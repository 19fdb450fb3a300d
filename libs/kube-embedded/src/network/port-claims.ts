import { type Server, createServer } from 'node:net';
import { canBind } from './free-port.js';

/**
 * Ports that this instance has promised, whether or not Envoy listens there yet. Of two instances that start together both would find a port
 * free, and then share it: Envoy's listeners are of the kind that may. A claim is an abstract unix socket named after the port: it takes no
 * port, no file, and ends with the process.
 */
export class PortClaims {
  private readonly claims = new Map<number, Server>();

  /** Whether the port can be bound and no other instance has promised it; then it is ours until `keepOnly` or `stop`. */
  async take(port: number): Promise<boolean> {
    const isNew = !this.claims.has(port);
    if (isNew) {
      const claim = await claimed(port);
      if (!claim) return false;
      this.claims.set(port, claim);
    }
    if (await canBind(port)) return true;
    if (isNew) this.release(port);
    return false;
  }

  /** Claims a port on which this instance's own Envoy listens already. False when another instance has promised it. */
  async confirm(port: number): Promise<boolean> {
    if (this.claims.has(port)) return true;
    const claim = await claimed(port);
    if (claim) this.claims.set(port, claim);
    return claim !== undefined;
  }

  keepOnly(ports: ReadonlySet<number>): void {
    for (const port of [...this.claims.keys()]) if (!ports.has(port)) this.release(port);
  }

  stop(): void {
    this.keepOnly(new Set());
  }

  private release(port: number): void {
    this.claims.get(port)?.close();
    this.claims.delete(port);
  }
}

function claimed(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => void socket.destroy());
    // Where such sockets cannot be had, what is left is to look whether the port can be bound.
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' ? undefined : server));
    server.listen(`\0tidegate-port-${port}`, () => {
      server.on('error', () => undefined);
      server.unref();
      resolve(server);
    });
  });
}
