import type { MethodDefinition } from '@grpc/grpc-js';
import type { LoadReport } from '@tidegate/serving-autoscale';
import { jsonMethod } from '@tidegate/serving-ownership';
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

const nothing = z.object({});

function method<Request>(called: string, request: z.ZodType<Request>): MethodDefinition<Request, object> {
  return jsonMethod<Request, object>(`/tidegate.autoscaler.v1.Peers/${called}`, { request, response: nothing });
}

export const peerService = { Report: method<PeerReport>('Report', peerReport), Wake: method<PeerWake>('Wake', peerWake) };
