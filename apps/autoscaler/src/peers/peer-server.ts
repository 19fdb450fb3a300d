import { rm } from 'node:fs/promises';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { listenTls } from '@tidegate/grpc-link';
import { type ListenAddress, type Logger, TidegateError, addressText, defineErrors } from '@tidegate/kernel';
import { type WakeRequest, wakeCall } from '@tidegate/serving-contract';
import { type PeerReport, type PeerWake, peerService } from './peer-service.js';

const codes = defineErrors({ AUTOSCALER_ADDRESS_UNUSABLE: 'Replicas of the autoscaler can’t be heard on the address that was set.' });

/** A report about 50,000 revisions. */
const LARGEST_BYTES = 32 * 1024 * 1024;
/** In the certificates of replicas. */
export const PEER_NAME = 'autoscaler.tidegate';
const ACTIVATOR_NAME = 'activator.tidegate';

export interface PeerListener {
  /** False when there is no room for another receiver. */
  report(from: string, report: PeerReport['report']): boolean;
  wake(wake: PeerWake): void;
  /** Somebody who holds requests asks, and does not know whose the revision is. */
  ask(wake: WakeRequest): void;
}

export interface RunningPeerServer {
  /** Of the port that was bound over TLS. */
  port: number | undefined;
  stop(): Promise<void>;
}

/** Hears the other replicas. Throws AUTOSCALER_ADDRESS_UNUSABLE. */
export async function servePeers(address: ListenAddress, listener: PeerListener, log: Logger): Promise<RunningPeerServer> {
  const server = new Server({ 'grpc.max_receive_message_length': LARGEST_BYTES });
  server.addService(peerService, {
    Report: ({ request }: ServerUnaryCall<PeerReport, object>, done: sendUnaryData<object>) =>
      listener.report(request.from, request.report)
        ? done(null, {})
        : done({ code: status.RESOURCE_EXHAUSTED, details: 'too many receivers' }),
    Wake: ({ request }: ServerUnaryCall<PeerWake, object>, done: sendUnaryData<object>) => {
      listener.wake(request);
      done(null, {});
    },
  });
  server.addService(
    { Wake: wakeCall },
    {
      Wake: ({ request }: ServerUnaryCall<WakeRequest, object>, done: sendUnaryData<object>) => {
        listener.ask(request);
        done(null, {});
      },
    },
  );
  const unusable = (cause: unknown): TidegateError =>
    new TidegateError(codes.AUTOSCALER_ADDRESS_UNUSABLE, `The autoscaler cannot listen on ${addressText(address)}.`, {
      remedy: 'Set a socket in a folder that this process may write, or a free port with the folder of a certificate.',
      cause,
    });
  if (!('socket' in address)) {
    const { port, stop } = await listenTls(server, address, { expects: [PEER_NAME, ACTIVATOR_NAME], log }).catch((cause: unknown) =>
      Promise.reject(unusable(cause)),
    );
    return {
      port,
      async stop() {
        stop();
        server.forceShutdown();
      },
    };
  }
  const { socket } = address;
  try {
    await rm(socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
    });
  } catch (cause) {
    throw unusable(cause);
  }
  return {
    port: undefined,
    async stop() {
      server.forceShutdown();
      await rm(socket, { force: true });
    },
  };
}
