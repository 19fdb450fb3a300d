import { rm } from 'node:fs/promises';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import { listenTls } from '@tidegate/grpc-link';
import { type DialAddress, type ListenAddress, type Logger, TidegateError, addressText, defineErrors } from '@tidegate/kernel';

const codes = defineErrors({ REPLICA_ADDRESS_UNUSABLE: 'Replicas of this part can’t be heard on the address that was set.' });

/** Where a replica hears others. Everything that knows what such an address is is in this file. */
export interface PeerEndpoint {
  listen: ListenAddress;
  /** Over TLS: the host by which the other replicas reach this one, with the port that is listened on. */
  host?: string | undefined;
}

export interface PeerListening {
  /** For the Lease: where this replica is reached. */
  address: string;
  stop(): Promise<void>;
}

/** Lets others call this server, replacing a socket that a killed process left behind. Over TLS only these names may. Throws REPLICA_ADDRESS_UNUSABLE. */
export async function listenForPeers(
  server: Server,
  { listen, host }: PeerEndpoint,
  { expects, log }: { expects: readonly string[]; log: Logger },
): Promise<PeerListening> {
  try {
    if ('socket' in listen) return await listenOnSocket(server, listen.socket);
    const { port, stop } = await listenTls(server, listen, { expects: [...expects], log });
    return {
      address: `${host ?? listen.host}:${port}`,
      async stop() {
        stop();
        server.forceShutdown();
      },
    };
  } catch (cause) {
    throw new TidegateError(codes.REPLICA_ADDRESS_UNUSABLE, `Other replicas cannot be heard on ${addressText(listen)}.`, {
      remedy: 'Set a socket in a folder that this process may write, or a free port with the folder of a certificate.',
      cause,
    });
  }
}

/**
 * How to call a replica whose Lease says this. A socket counts only where replicas use sockets, and a port only where they use TLS; else the Lease
 * is not of one of us.
 */
export function peerAddress(text: string, own: ListenAddress, name: string): DialAddress | undefined {
  if (text.startsWith('unix:')) return 'socket' in own ? { socket: text.slice('unix:'.length) } : undefined;
  const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(text) ?? [];
  return 'socket' in own || host === '' ? undefined : { host, port: Number(port), tls: own.tls, name };
}

async function listenOnSocket(server: Server, socket: string): Promise<PeerListening> {
  await rm(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
  return {
    address: `unix:${socket}`,
    async stop() {
      server.forceShutdown();
      await rm(socket, { force: true });
    },
  };
}
