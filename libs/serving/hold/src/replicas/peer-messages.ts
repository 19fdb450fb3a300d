import { jsonMethod } from '@tidegate/serving-ownership';
import { z } from 'zod';
import { DENIALS } from '../check-answer.js';

const name = z.string().min(1).max(253);
const key = z.string().min(3).max(512);
const slot = z.string().min(1).max(128);
const address = z.string().min(1).max(64);
const count = z.int().min(0);
const ms = z.number().min(0);
const id = count;

const openSlot = z.object({ key, slot, address });
const opens = z.array(openSlot).max(100_000);

const peerRequest = z.discriminatedUnion('is', [
  /** Whom the sender sees, and the requests with slots that its proxies have of revisions that belong to the receiver then. */
  z.object({ is: z.literal('view'), view: z.object({ seq: count, seen: count, members: z.array(name).max(64) }), opens }),
  /** A request that waits at the sender; answered once, unless it leaves. */
  z.object({ is: z.literal('ask'), id, namespace: name, revision: name, holdTimeoutMs: ms, waitedMs: ms }),
  z.object({ is: z.literal('leave'), id }),
  z.object({ is: z.literal('open'), opens }),
  z.object({ is: z.literal('ended'), slots: z.array(z.object({ key, slot })).max(100_000) }),
  /** Proxies of the sender are not heard: what they have is not over. */
  z.object({ is: z.literal('lost') }),
  /** The sender goes. */
  z.object({ is: z.literal('bye'), opens }),
]);
/** What a replica tells another. */
export type PeerRequest = z.infer<typeof peerRequest>;

const granted = z.object({
  destination: address,
  alternative: address,
  slot,
  coldStart: z.object({ scheduleMs: z.number(), startMs: z.number(), readyMs: z.number() }).optional(),
});
const denied = z.object({ denial: z.enum(DENIALS), sentence: z.string().max(4_000), retryAfterSeconds: count });
const peerAnswer = z.discriminatedUnion('is', [
  z.object({ is: z.literal('answer'), id, answer: z.union([z.object({ granted }), z.object({ denied })]) }),
  /** The revision is not the answering replica's: ask its owner. */
  z.object({ is: z.literal('moved'), id }),
]);
export type PeerAnswer = z.infer<typeof peerAnswer>;

/** Most messages in one frame of the stream. */
export const MOST_IN_FRAME = 1_000;
/** A view with as many slots as are remembered. */
export const LARGEST_BYTES = 32 * 1024 * 1024;

/** `from` is who has opened the stream, and where it listens itself. */
const requests = z.object({
  from: z.object({ identity: name, address: z.string().max(512) }),
  items: z.array(peerRequest).max(MOST_IN_FRAME),
});
const answers = z.object({ items: z.array(peerAnswer).max(MOST_IN_FRAME) });
export type PeerRequests = z.infer<typeof requests>;
export type PeerAnswers = z.infer<typeof answers>;

/** One stream for each direction of a pair of replicas, for as long as both are there. */
export const shareMethod = jsonMethod<PeerRequests, PeerAnswers>('/tidegate.activator.v1.Peers/Share', {
  request: requests,
  response: answers,
  isStream: true,
});
