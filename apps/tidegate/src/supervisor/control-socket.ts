import { createServer, request, type Server } from 'node:http';
import { rmSync } from 'node:fs';
import { z } from 'zod';

export const PartStatus = z.object({
  name: z.string(),
  state: z.enum(['starting', 'ready', 'waiting', 'stopped']),
  pid: z.number().optional(),
  restarts: z.number(),
  startedAt: z.number(),
  lastWords: z.string().optional(),
});
export const PlatformStatus = z.object({
  state: z.enum(['starting', 'ready', 'degraded', 'stopping', 'failed']),
  pid: z.number(),
  startedAt: z.number(),
  readyAfterMs: z.number().optional(),
  failure: z.string().optional(),
  progress: z.array(z.string()),
  parts: z.array(PartStatus),
});
export type PlatformStatus = z.infer<typeof PlatformStatus>;

/** The supervisor's own door, for the user who owns the folder: GET /status, POST /stop. */
export function serveControl(path: string, hands: { status(): PlatformStatus; stop(): void }): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((incoming, response) => {
    if (incoming.method === 'GET' && incoming.url === '/status') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(hands.status()));
    } else if (incoming.method === 'POST' && incoming.url === '/stop') {
      response.end('{}');
      hands.stop();
    } else response.writeHead(404).end();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

function call(path: string, method: string, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: path, method, path: url, timeout: 5000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('the supervisor does not answer')));
    outgoing.on('error', reject).end();
  });
}

/** Undefined when no supervisor answers on the socket. */
export async function askStatus(path: string): Promise<PlatformStatus | undefined> {
  try {
    return PlatformStatus.parse(JSON.parse(await call(path, 'GET', '/status')));
  } catch {
    return undefined;
  }
}

export async function askStop(path: string): Promise<void> {
  await call(path, 'POST', '/stop');
}
