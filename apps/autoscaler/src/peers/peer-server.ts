import { Server, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { listenForPeers } from '@tidegate/serving-ownership';
import { type PeerReport, type PeerWake, peerService } from './peer-service.js';

/** A report about 50,000 revisions. */
const LARGEST_BYTES = 32 * 1024 * 1024;

export interface PeerListener {
  /** False when there is no room for another receiver. */
  report(from: string, report: PeerReport['report']): boolean;
  wake(wake: PeerWake): void;
}

/** Hears the other replicas. Throws REPLICA_ADDRESS_UNUSABLE. */
export async function servePeers(address: string, listener: PeerListener): Promise<{ stop(): Promise<void> }> {
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
  return listenForPeers(server, address);
}
