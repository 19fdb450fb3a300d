import { Metadata, Server, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { type Logger, causeChain } from '@tidegate/kernel';
import { type Member, type PeerEndpoint, listenForPeers } from '@tidegate/serving-ownership';
import { Frames } from './frames.js';
import { LARGEST_BYTES, type PeerAnswer, type PeerAnswers, type PeerRequest, type PeerRequests, shareMethod } from './peer-messages.js';

export interface PeerListener {
  onJoined: (member: Member) => void;
  onParted: (identity: string) => void;
  onRequest: (identity: string, request: PeerRequest) => void;
}

/** In the certificates of replicas. */
export const PEER_NAME = 'activator.tidegate';

export interface PeerServer {
  /** Where this replica is reached. */
  readonly address: string;
  /** False when this replica has no stream to us. */
  answer(identity: string, answer: PeerAnswer): boolean;
  stop(): Promise<void>;
}

/** Replicas that may have a stream to us at once. */
const MOST_PEERS = 64;

type Call = ServerDuplexStream<PeerRequests, PeerAnswers>;

interface Peer {
  call: Call;
  frames: Frames<PeerAnswer, PeerAnswers>;
}

/** Hears what other replicas ask. Throws REPLICA_ADDRESS_UNUSABLE. */
export async function servePeers(endpoint: PeerEndpoint, listener: PeerListener, log: Logger): Promise<PeerServer> {
  const peers = new Map<string, Peer>();

  const part = (identity: string, call: Call): void => {
    if (peers.get(identity)?.call !== call) return;
    peers.delete(identity);
    listener.onParted(identity);
  };

  /** A new stream of a replica stands for the old one. */
  const join = (call: Call, from: Member): boolean => {
    const known = peers.get(from.identity);
    if (known?.call === call) return true;
    if (!known && peers.size >= MOST_PEERS) return false;
    if (known) {
      part(from.identity, known.call);
      known.call.end();
    }
    const frames = new Frames<PeerAnswer, PeerAnswers>(
      call,
      (items) => ({ items }),
      () => call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'answers are not read' }),
    );
    peers.set(from.identity, { call, frames });
    listener.onJoined(from);
    return true;
  };

  const server = new Server({ 'grpc.max_receive_message_length': LARGEST_BYTES });
  server.addService(
    { Share: shareMethod },
    {
      Share: (call: Call) => {
        let identity: string | undefined;
        call.sendMetadata(new Metadata());
        call.on('data', ({ from, items }: PeerRequests) => {
          if (identity === undefined ? !join(call, from) : identity !== from.identity || peers.get(identity)?.call !== call) {
            call.emit('error', { code: status.FAILED_PRECONDITION, details: 'this stream is of no use any more' });
            return;
          }
          identity = from.identity;
          for (const item of items) {
            try {
              listener.onRequest(identity, item);
            } catch (error) {
              log.error({ peer: identity, is: item.is, error: causeChain(error) }, 'what another replica said could not be taken');
            }
          }
        });
        const over = (): void => {
          if (identity !== undefined) part(identity, call);
        };
        call.on('end', () => {
          over();
          call.end();
        });
        call.on('cancelled', over);
        call.on('error', over);
      },
    },
  );
  const listening = await listenForPeers(server, endpoint, { expects: [PEER_NAME], log });
  return {
    address: listening.address,
    answer(identity, answer) {
      const peer = peers.get(identity);
      peer?.frames.push(answer);
      return peer !== undefined;
    },
    async stop() {
      for (const { frames } of peers.values()) frames.flush();
      await listening.stop();
    },
  };
}
