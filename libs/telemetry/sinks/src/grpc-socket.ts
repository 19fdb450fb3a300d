import { Server, ServerCredentials } from '@grpc/grpc-js';
import { listenTls } from '@tidegate/grpc-link';
import { type ListenAddress, type Logger, TidegateError, addressText } from '@tidegate/kernel';
import { lstat, rm } from 'node:fs/promises';
import { codes } from './errors.js';

/** Longest path of a unix socket on Linux and macOS, less the terminating zero. */
const LONGEST_PATH = 103;

/**
 * Listens on a unix socket, replacing one that a killed process left behind. Whoever may open the socket's folder may
 * connect: the folder's mode is the guard. Throws TELEMETRY_SOCKET_UNUSABLE.
 */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  try {
    if (path.length > LONGEST_PATH) throw new Error(`the path is longer than ${LONGEST_PATH} characters`);
    const present = await lstat(path).catch(() => undefined);
    if (present && !present.isSocket()) throw new Error('something else than a socket is there');
    if (present) await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
    });
  } catch (cause) {
    throw new TidegateError(codes.TELEMETRY_SOCKET_UNUSABLE, `Telemetry cannot listen on ${path}.`, {
      remedy: 'Choose a short path in a folder that this process may write.',
      cause,
    });
  }
}

/** Opens a server of telemetry; returns the way to take no more connections. Throws TELEMETRY_SOCKET_UNUSABLE. `expects`: names of its clients' certificates. */
export async function listen(
  server: Server,
  address: ListenAddress,
  { expects, log }: { expects: readonly string[]; log: Logger },
): Promise<Listening> {
  if ('socket' in address) {
    await listenOnSocket(server, address.socket);
    return { port: undefined, stop: () => undefined };
  }
  return listenTls(server, address, { expects, log }).catch((cause: unknown) => {
    if (cause instanceof TidegateError) throw cause;
    throw new TidegateError(codes.TELEMETRY_SOCKET_UNUSABLE, `Telemetry cannot listen on ${addressText(address)}.`, { cause });
  });
}

export interface Listening {
  /** Of the port that was bound over TLS. */
  port: number | undefined;
  stop(): void;
}
