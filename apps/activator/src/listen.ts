import { chmod, lstat, rm } from 'node:fs/promises';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import { listenTls } from '@tidegate/grpc-link';
import { type ListenAddress, type Logger, TidegateError, addressText, defineErrors } from '@tidegate/kernel';

const codes = defineErrors({ ACTIVATOR_SOCKET_UNUSABLE: 'The socket on which proxies ask about held requests cannot be opened.' });

/** In the certificate of every proxy. */
const PROXY_NAME = 'gateway.tidegate';

/** Opens the server; returns the way to take no more connections. Throws ACTIVATOR_SOCKET_UNUSABLE. */
export async function listen(
  server: Server,
  address: ListenAddress,
  log: Logger,
): Promise<{ port: number | undefined; drain(graceMs: number): void; stop(): Promise<void> }> {
  if ('socket' in address) {
    await listenOnSocket(server, address.socket);
    return { port: undefined, drain: () => undefined, stop: () => rm(address.socket, { force: true }) };
  }
  const listening = await listenTls(server, address, { expects: [PROXY_NAME], log }).catch((cause: unknown) => {
    if (cause instanceof TidegateError) throw cause;
    throw new TidegateError(codes.ACTIVATOR_SOCKET_UNUSABLE, `The activator cannot listen on ${addressText(address)}.`, { cause });
  });
  return { port: listening.port, drain: (graceMs) => listening.drain(graceMs), stop: async () => listening.stop() };
}

/** Replaces a socket that a killed process left behind. */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  try {
    const present = await lstat(path).catch(() => undefined);
    if (present && !present.isSocket()) throw new Error('something else than a socket is there');
    if (present) await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
    });
    await chmod(path, 0o600);
  } catch (cause) {
    throw new TidegateError(codes.ACTIVATOR_SOCKET_UNUSABLE, `The activator cannot listen on ${path}.`, {
      remedy: 'Choose a short path in a folder that this process may write.',
      cause,
    });
  }
}
