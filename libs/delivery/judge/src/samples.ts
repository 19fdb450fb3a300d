import type { SignalBatch, VersionSecond } from '@tidegate/signals';
import { latencyBuckets } from './latency-levels.js';
import type { Arm, JudgeSamples, JudgeSettings, OpenRequests } from './types.js';

type Second = Extract<SignalBatch, { type: 'second' }>;
type Partial = Extract<SignalBatch, { type: 'partial' }>;
type Open = Extract<SignalBatch, { type: 'open' }>;

/** Only requests that a weight assigned may be compared; copies are compared in mirror mode. */
const WEIGHTED = 'weighted';
const MIRRORED = 'mirrored';

const noLatency: readonly number[] = new Array<number>(latencyBuckets).fill(0);
const nothing: Arm = { requests: 0, failed: 0, latency: noLatency };

/** Splits a closed second between the versions. Requests of other versions are left out. */
export function toSamples(
  batch: Second,
  versions: { candidate: string; principal: string },
  context: { live: boolean; settledSince?: number; open?: Open },
  mode: JudgeSettings['mode'],
): JudgeSamples {
  const { candidate, principal } = versions;
  const candidateRule = mode === 'mirror' ? MIRRORED : WEIGHTED;
  return {
    compared: {
      candidate: armOf(batch.versions, (v) => v.version === candidate && v.rule === candidateRule),
      principal: armOf(batch.versions, (v) => v.version === principal && v.rule === WEIGHTED),
    },
    guarded: {
      candidate: armOf(batch.versions, (v) => v.version === candidate),
      principal: armOf(batch.versions, (v) => v.version === principal && v.rule !== MIRRORED),
    },
    open: context.open && { candidate: openOf(context.open, candidate), principal: openOf(context.open, principal) },
    live: context.live,
    settledSince: context.settledSince,
  };
}

/** Both versions' part of a partial batch, for `judgePartial`; all requests of one batch ended in `second`. */
export function toPartial(
  batch: Partial,
  versions: { candidate: string; principal: string },
): { second: number; candidate: Arm; principal: Arm } {
  return {
    second: Math.floor(batch.atMs / 1000),
    candidate: armOf(batch.versions, (v) => v.version === versions.candidate),
    principal: armOf(batch.versions, (v) => v.version === versions.principal && v.rule !== MIRRORED),
  };
}

function armOf(versions: readonly VersionSecond[], belongs: (v: VersionSecond) => boolean): Arm {
  const chosen = versions.filter(belongs);
  if (chosen.length === 0) return nothing;
  const [only] = chosen;
  if (chosen.length === 1 && only) return { requests: only.requests, failed: only.failed, latency: only.latency };
  const sum = { requests: 0, failed: 0, latency: noLatency.slice() };
  for (const part of chosen) {
    sum.requests += part.requests;
    sum.failed += part.failed;
    part.latency.forEach((count, i) => (sum.latency[i] = (sum.latency[i] ?? 0) + count));
  }
  return sum;
}

function openOf(batch: Open, version: string): OpenRequests {
  const chosen = batch.versions.filter((v) => v.version === version && v.rule !== MIRRORED);
  return { open: chosen.reduce((sum, v) => sum + v.open, 0), oldestMs: chosen.reduce((oldest, v) => Math.max(oldest, v.oldestMs), 0) };
}
