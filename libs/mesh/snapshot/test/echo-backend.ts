import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EchoBackend {
  name: string;
  port: number;
  /** Requests that arrived. */
  seen(): number;
  stop(): Promise<void>;
}

export interface Echo {
  backend: string;
  path: string;
  headers: Record<string, string>;
}

/** Says what arrived, as JSON. ?status= and ?delayMs= change the answer. */
export async function startEcho(name: string): Promise<EchoBackend> {
  let count = 0;
  const server: Server = createServer((request, response) => {
    count += 1;
    const query = new URL(request.url ?? '/', 'http://echo').searchParams;
    const answer = () => {
      response.writeHead(Number(query.get('status') ?? 200), { 'content-type': 'application/json' });
      response.end(JSON.stringify({ backend: name, path: request.url, headers: request.headers }));
    };
    const delayMs = Number(query.get('delayMs') ?? 0);
    if (delayMs > 0) setTimeout(answer, delayMs).unref();
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    name,
    port: (server.address() as AddressInfo).port,
    seen: () => count,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
