import { rm } from 'node:fs/promises';
import { Client, type Server, ServerCredentials, credentials } from '@grpc/grpc-js';
import { TidegateError, defineErrors } from '@tidegate/kernel';

const codes = defineErrors({ REPLICA_ADDRESS_UNUSABLE: 'Replicas of this part can’t be heard on the address that was set.' });

/** Nobody has to prove who he is: a unix socket in a folder of one's own, or this machine. */
const OWN_MACHINE = /^(unix:.+|127\.\d+\.\d+\.\d+:\d+|\[::1\]:\d+)$/;

/**
 * Lets the other replicas reach this server at `unix:PATH` or a port of this machine, replacing a socket that a killed process left behind.
 * Everything that knows what an address is is in this file. Throws REPLICA_ADDRESS_UNUSABLE.
 */
export async function listenForPeers(server: Server, address: string): Promise<{ stop(): Promise<void> }> {
  const socket = address.startsWith('unix:') ? address.slice('unix:'.length) : undefined;
  try {
    if (!OWN_MACHINE.test(address)) throw new Error('it is neither a unix socket nor an address of this machine');
    if (socket) await rm(socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
    });
  } catch (cause) {
    throw new TidegateError(codes.REPLICA_ADDRESS_UNUSABLE, `Other replicas cannot be heard on ${address}.`, {
      remedy: 'Set unix:PATH in a folder that this process may write, or a port of 127.0.0.1.',
      cause,
    });
  }
  return {
    async stop() {
      server.forceShutdown();
      if (socket) await rm(socket, { force: true });
    },
  };
}

/** A channel to another replica; it connects, and connects again, by itself. */
export function dialPeer(address: string, options: { largestBytes?: number } = {}): Client {
  return new Client(address, credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    // Parallel connections of one process, as in tests, must not share a channel.
    'grpc.use_local_subchannel_pool': 1,
    ...(options.largestBytes === undefined ? {} : { 'grpc.max_receive_message_length': options.largestBytes }),
  });
}
