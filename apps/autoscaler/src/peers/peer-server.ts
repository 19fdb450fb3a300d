import { Server, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { Logger } from '@tidegate/kernel';
import { type WakeRequest, wakeCall } from '@tidegate/serving-contract';
import { type PeerEndpoint, type PeerListening, listenForPeers } from '@tidegate/serving-ownership';
import { type PeerReport, type PeerWake, peerService } from './peer-service.js';

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

/** Hears the other replicas. Throws REPLICA_ADDRESS_UNUSABLE. */
export async function servePeers(endpoint: PeerEndpoint, listener: PeerListener, log: Logger): Promise<PeerListening> {
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
  return listenForPeers(server, endpoint, { expects: [PEER_NAME, ACTIVATOR_NAME], log });
}
