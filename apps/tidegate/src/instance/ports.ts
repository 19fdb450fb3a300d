import { createServer } from 'node:net';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';

export const DEFAULT_PORT = 7300;
/** Ports are chosen in blocks: console, Kubernetes API, then room for Service and Gateway ports that cannot be bound as they are. */
export const BLOCK = 200;
const BLOCKS_TRIED = 20;

/** Whether `port` can be bound on `host` right now. */
export function portIsFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * The first port of a block whose console and API ports are free. A port that the user named is taken as it is or refused
 * (CLI_PORT_TAKEN); without one, the last start's block comes first, then the next blocks.
 */
export async function choosePort(named: number | undefined, last: number | undefined): Promise<number> {
  if (named !== undefined) {
    for (const port of [named, named + 1]) {
      if (!(await portIsFree(port))) {
        throw new TidegateError(codes.CLI_PORT_TAKEN, `Port ${port} on 127.0.0.1 is used by another program.`, {
          remedy: `End that program, or choose another port: --port N uses N and N+1.`,
        });
      }
    }
    return named;
  }
  const candidates = [...(last === undefined ? [] : [last]), ...Array.from({ length: BLOCKS_TRIED }, (_, i) => DEFAULT_PORT + i * BLOCK)];
  for (const port of candidates) {
    if ((await portIsFree(port)) && (await portIsFree(port + 1))) return port;
  }
  throw new TidegateError(codes.CLI_PORT_TAKEN, `No free pair of ports was found from ${DEFAULT_PORT} on.`, { remedy: 'Name one with --port N.' });
}
