import type { ReleaseStatus, StrategySpecInput } from '@tidegate/delivery-contract';
import type { SignalBatch } from '@tidegate/signals';
import { gatewayApiRouter } from '@tidegate/traffic-router';
import { startEvidence, takeBatch } from '../evidence.js';
import { contextOf } from '../evidence-context.js';
import type { Observed } from '../observed.js';
import { planStrategy } from '../plan-strategy.js';
import { isFinal, newestFirst } from '../release-phase.js';
import { applied, imaginedCluster } from './imagined-cluster.js';

export interface ReplayLine {
  /** Milliseconds since the epoch, in the recording's time. */
  atMs: number;
  what: string;
  message: string;
}

export interface Replay {
  lines: ReplayLine[];
  /** Status of the release at the end of the recording. */
  status: ReleaseStatus;
}

const MOST_LOOKS_AT_ONE_TIME = 10;

/**
 * What this Strategy would have done with recorded signals: the planner and the judge of production, on a cluster where
 * pods are ready and routes are confirmed at once. The recorded requests are judged as they were; where the recording's
 * weights are other ones than the Strategy's, the times of the steps are the Strategy's.
 */
export function replayRelease(spec: StrategySpecInput, batches: readonly SignalBatch[]): Replay {
  const first = batches.map(timeOf).find((t) => t !== undefined) ?? 0;
  let cluster = imaginedCluster('replay', spec, first - 60_000);
  const lines: ReplayLine[] = [];
  cluster = settle(cluster, first, lines);
  let clock = first;
  for (const batch of batches) {
    clock = Math.max(clock, timeOf(batch) ?? clock);
    cluster = settle({ ...cluster, evidence: withBatch(cluster, batch) }, clock, lines);
    if (isFinal(newest(cluster)?.status?.phase)) break;
  }
  return { lines, status: newest(cluster)?.status ?? {} };
}

/** When a batch is known: a second after its end, the others at their own time. */
function timeOf(batch: SignalBatch): number | undefined {
  if (batch.type === 'partial') return batch.atMs;
  if (batch.type === 'gap') return undefined;
  return (batch.second + 1) * 1000;
}

const newest = (cluster: Observed): Observed['releases'][number] | undefined => newestFirst(cluster.releases)[0];

function settle(start: Observed, now: number, lines: ReplayLine[]): Observed {
  let cluster = start;
  for (let i = 0; i < MOST_LOOKS_AT_ONE_TIME; i++) {
    const plan = planStrategy(cluster, gatewayApiRouter, now);
    for (const action of plan.actions) if (action.do === 'event') lines.push({ atMs: now, what: action.reason, message: action.message });
    cluster = applied(cluster, plan, now);
    if (!plan.actions.some((a) => a.do !== 'event')) break;
  }
  return cluster;
}

function withBatch(cluster: Observed, batch: SignalBatch): Observed['evidence'] {
  const release = newest(cluster);
  if (!release) return undefined;
  const context = contextOf(release.spec, release.status ?? {});
  const evidence = cluster.evidence ?? startEvidence(release.metadata?.name ?? '', context.settings);
  return takeBatch(evidence, batch, context);
}
