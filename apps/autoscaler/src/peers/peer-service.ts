import type { MethodDefinition } from '@grpc/grpc-js';
import type { LoadReport } from '@tidegate/serving-autoscale';
import { z } from 'zod';

/** What one replica tells the owner of revisions, once a second. */
export interface PeerReport {
  from: string;
  report: LoadReport;
}
export interface PeerWake {
  namespace: string;
  name: string;
  waiting: number;
}

const count = z.int().min(0);
const moment = z.number();
const name = z.string().min(1).max(253);
const revisionReport = z.object({
  namespace: name,
  revision: name,
  seconds: z.array(z.tuple([z.int(), z.number(), z.int()])).max(4_000),
  open: count,
  upstreams: z.record(z.string().max(64), count),
  unplacedSinceMs: moment.optional(),
});
const peerReport = z.object({
  from: name,
  report: z.object({ atMs: moment, through: z.int(), blindUntilMs: moment, revisions: z.array(revisionReport).max(50_000) }),
});
const peerWake = z.object({ namespace: name, name, waiting: count });

/** JSON over gRPC: both sides are ours and of one release. What does not have this shape is refused. */
function method<Request>(called: string, schema: z.ZodType<Request>): MethodDefinition<Request, object> {
  const toBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  return {
    path: `/tidegate.autoscaler.v1.Peers/${called}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: toBytes,
    requestDeserialize: (bytes) => schema.parse(JSON.parse(bytes.toString('utf8'))),
    responseSerialize: toBytes,
    responseDeserialize: () => ({}),
  };
}

export const peerService = { Report: method<PeerReport>('Report', peerReport), Wake: method<PeerWake>('Wake', peerWake) };
