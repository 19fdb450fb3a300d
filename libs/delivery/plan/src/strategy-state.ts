import { setCondition } from '@tidegate/kube';
import type { Release, ReleaseStatus, StrategyStatus } from '@tidegate/delivery-contract';
import type { Block } from './blocks.js';
import type { Observed } from './observed.js';
import { isFinal, moment, newestFirst } from './release-phase.js';

const HISTORY = 10;

/**
 * The version that serves, derived from the newest finished Release, so that a crash between two writes changes nothing:
 * a release that ended is accounted for exactly once, whenever that is noticed.
 */
export function accountFor(
  status: StrategyStatus,
  releases: readonly Release[],
  statuses: ReadonlyMap<string, ReleaseStatus>,
  now: number,
): StrategyStatus {
  const statusOf = (r: Release): ReleaseStatus | undefined => statuses.get(r.metadata?.name ?? '') ?? r.status;
  const finished = newestFirst(releases).find((r) => isFinal(statusOf(r)?.phase));
  const ended = finished && statusOf(finished);
  const name = finished?.metadata?.name ?? '';
  const top = status.history?.[0];
  if (!finished || !ended || (top?.release === name && top.phase === ended.phase)) return status;
  const { principal, candidate } = finished.spec;
  const entry = {
    release: name,
    candidate,
    phase: ended.phase ?? '',
    reason: ended.decision?.reason ?? '',
    at: ended.finishedAt ?? moment(now),
  };
  return {
    ...status,
    attempted: status.attempted ?? finished.spec.candidateHash,
    principalSpec: status.principalSpec ?? finished.spec.policy.principal,
    promoted:
      ended.phase === 'Promoted' ? candidate : (status.promoted ?? principal) === candidate ? principal : (status.promoted ?? principal),
    history: [entry, ...(status.history ?? []).filter((h) => h.release !== name)].slice(0, HISTORY),
  };
}

/** The status that the Strategy should show. `observedGeneration` says for which spec. */
export function strategyStatus(
  observed: Observed,
  base: StrategyStatus,
  shown: {
    phase: NonNullable<StrategyStatus['phase']>;
    candidate?: string;
    weight: number;
    release?: string;
    block?: Block;
    message: string;
    live: { live: boolean; message: string };
  },
  now: number,
): StrategyStatus {
  const generation = observed.strategy.metadata?.generation;
  const ready = shown.block
    ? { status: 'False' as const, reason: shown.block.reason, message: shown.block.message }
    : { status: 'True' as const, reason: shown.phase, message: shown.message };
  let conditions = setCondition(base.conditions ?? [], { type: 'Ready', ...ready, observedGeneration: generation }, now);
  const live = shown.live.live
    ? { status: 'True' as const, reason: 'Acknowledged', message: 'every proxy has the newest routes' }
    : { status: 'False' as const, reason: 'NotConfirmed', message: shown.live.message };
  conditions = setCondition(conditions, { type: 'Live', ...live, observedGeneration: generation }, now);
  return {
    ...base,
    observedGeneration: generation,
    phase: shown.phase,
    candidate: shown.candidate,
    weight: shown.weight,
    release: shown.release ?? base.release,
    conditions,
  };
}
