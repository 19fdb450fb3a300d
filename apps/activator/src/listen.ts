import { chmod, lstat, rm } from 'node:fs/promises';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import { TidegateError, defineErrors } from '@tidegate/kernel';

const codes = defineErrors({ ACTIVATOR_SOCKET_UNUSABLE: 'The socket on which proxies ask about held requests cannot be opened.' });

/** Listens on a unix socket, replacing one that a killed process left behind. Throws ACTIVATOR_SOCKET_UNUSABLE. */
export async function listen(server: Server, path: string): Promise<void> {
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
