import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import type { HealthAddress } from './address.js';

export interface HealthChecks {
  /** Empty when ready; else one sentence per thing that is missing. */
  notReady(): string[];
  registry: Registry;
}

/** Serves /healthz, /readyz and /metrics. Resolves once it listens. */
export function serveHealth(checks: HealthChecks, address: HealthAddress): Promise<Server> {
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    if (url === '/healthz') return void response.end('ok\n');
    if (url === '/readyz') {
      const missing = checks.notReady();
      response.statusCode = missing.length === 0 ? 200 : 503;
      return void response.end(missing.length === 0 ? 'ok\n' : `${missing.join('\n')}\n`);
    }
    if (url === '/metrics') {
      checks.registry.metrics().then(
        (text) => response.setHeader('content-type', checks.registry.contentType).end(text),
        () => response.writeHead(500).end(),
      );
      return;
    }
    response.writeHead(404).end();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen('socket' in address ? { path: address.socket } : address, () => resolve(server));
  });
}
