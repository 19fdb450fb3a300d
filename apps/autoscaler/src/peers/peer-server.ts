import { rm } from 'node:fs/promises';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import { type PeerReport, type PeerWake, peerService } from './peer-service.js';

const codes = defineErrors({ AUTOSCALER_ADDRESS_UNUSABLE: 'Replicas of the autoscaler can’t be heard on the address that was set.' });

/** A report about 50,000 revisions. */
const LARGEST_BYTES = 32 * 1024 * 1024;
/** Nobody has to prove who he is: a unix socket in a folder of one's own, or this machine. */
const OWN_MACHINE = /^(unix:.+|127\.\d+\.\d+\.\d+:\d+|\[::1\]:\d+)$/;

export interface PeerListener {
  /** False when there is no room for another receiver. */
  report(from: string, report: PeerReport['report']): boolean;
  wake(wake: PeerWake): void;
}

/** Hears the other replicas. Throws AUTOSCALER_ADDRESS_UNUSABLE. */
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
  const socket = address.startsWith('unix:') ? address.slice('unix:'.length) : undefined;
  try {
    if (!OWN_MACHINE.test(address)) throw new Error('it is neither a unix socket nor an address of this machine');
    if (socket) await rm(socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
    });
  } catch (cause) {
    throw new TidegateError(codes.AUTOSCALER_ADDRESS_UNUSABLE, `The autoscaler cannot listen on ${address}.`, {
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
