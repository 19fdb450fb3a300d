import { createServer } from 'node:net';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';

export const DEFAULT_PORT = 7300;
/** Ports are chosen in blocks: console, Kubernetes API, the same for people (with rights of their own), then room for Service and Gateway ports that cannot be bound as they are. */
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

/** The last port of a block is held for as long as the instance runs: it is the block's lock. */
const LOCK_OFFSET = BLOCK - 1;
/** Ports of a block that Services and Gateways may get. */
export const FIRST_SPARE = 3;
export const SPARE_PORTS = LOCK_OFFSET - FIRST_SPARE;

export interface PortBlock {
  /** Console; the Kubernetes API is on the next one, and for people on the one after it. */
  port: number;
  /** Lets another instance take the block. */
  release(): void;
}

function hold(port: number): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => void socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(() => void server.close()));
  });
}

async function takeBlock(port: number): Promise<PortBlock | undefined> {
  const release = await hold(port + LOCK_OFFSET);
  if (!release) return undefined;
  if ((await portIsFree(port)) && (await portIsFree(port + 1)) && (await portIsFree(port + 2))) return { port, release };
  release();
  return undefined;
}

/**
 * A block of ports for this instance alone, also when several start at once. Ports that the user named are taken as they are or
 * refused (CLI_PORT_TAKEN); without them the last start's block comes first, then the next blocks.
 */
export async function takePortBlock(named: number | undefined, last: number | undefined): Promise<PortBlock> {
  if (named !== undefined) {
    const taken = await takeBlock(named);
    if (taken) return taken;
    for (const port of [named, named + 1, named + 2, named + LOCK_OFFSET]) {
      if (await portIsFree(port)) continue;
      throw new TidegateError(codes.CLI_PORT_TAKEN, `Port ${port} on 127.0.0.1 is used by another program.`, {
        remedy: `End that program, or choose another port: --port N uses N, N+1, N+2 and N+${LOCK_OFFSET}.`,
      });
    }
  }
  const candidates = [...(last === undefined ? [] : [last]), ...Array.from({ length: BLOCKS_TRIED }, (_, i) => DEFAULT_PORT + i * BLOCK)];
  for (const port of named === undefined ? candidates : [named]) {
    const taken = await takeBlock(port);
    if (taken) return taken;
  }
  throw new TidegateError(codes.CLI_PORT_TAKEN, `No free block of ports was found from ${named ?? DEFAULT_PORT} on.`, {
    remedy: 'Name another with --port N.',
  });
}
