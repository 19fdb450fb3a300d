import { lnMean } from './block-evidence.js';
import { addToInterval } from './interval.js';
import { refreshBounds, slowerThan } from './latency-levels.js';
import { neededStill } from './needed.js';
import { pool } from './pool.js';
import { lnE, updateProcess } from './process.js';
import type { Arm, JudgedMetric, JudgeSettings, JudgeState, MetricState, Remaining, Tally } from './types.js';

/** Applies the requests of one second to every metric. Changes `state`. */
export function applyBlock(state: JudgeState, settings: JudgeSettings, second: number, arms: { candidate: Arm; principal: Arm }): void {
  const nc = arms.candidate.requests;
  const bad = settings.metrics.map((metric, i) => badAbove(metric, arms.principal, state.metrics[i]?.bounds?.principal));
  const pooled = pool(state.ring, settings.poolSeconds, second, nc, arms.principal.requests, bad);
  if (nc === 0 || pooled.nb === 0) return;
  state.stepSeconds += 1;
  settings.metrics.forEach((metric, i) => {
    const of = state.metrics[i] as MetricState;
    if (metric.kind !== 'failed' && of.bounds === null) return;
    const kc = badAbove(metric, arms.candidate, of.bounds?.principal);
    const kcTolerated = of.bounds?.principal === of.bounds?.tolerated ? kc : badAbove(metric, arms.candidate, of.bounds?.tolerated);
    const kb = pooled.bad[i] as number;
    updateProcess(of.overTolerance, nc, kcTolerated, pooled.nb, kb, settings.phi);
    updateProcess(of.overEqual, nc, kc, pooled.nb, kb, settings.phi);
    updateProcess(of.underTolerance, nc, kcTolerated, pooled.nb, kb, settings.phi);
    updateProcess(of.better, nc, kc, pooled.nb, kb, settings.phi);
    for (const tally of [of.total, of.step]) {
      tally.nCandidate += nc;
      tally.kCandidate += kc;
      tally.kCandidateTolerated += kcTolerated;
      tally.nPrincipal += pooled.nb;
      tally.kPrincipal += kb;
    }
    if (metric.kind === 'failed') addToInterval(state.interval, nc, kc, pooled.nb, kb);
  });
}

/** Learns the principal's latencies for the thresholds of later seconds. Changes `state`. */
export function learnHistory(state: JudgeState, settings: JudgeSettings, principal: Arm): void {
  for (let i = 0; i < state.history.length; i++) state.history[i] = (state.history[i] as number) + (principal.latency[i] ?? 0);
  if (state.ring.length === 0) state.historyAtBounds = refreshBounds(settings.metrics, state.metrics, state.history, state.historyAtBounds);
}

export interface Findings {
  worse: boolean;
  suspect: boolean;
  equivalent: boolean;
  /** Metric that proves Better, if any. */
  better: string | undefined;
  /** Metric with the largest weighted evidence for "worse than tolerance", and for "worse than equal". */
  culpritOfWorse: string;
  culpritOfSuspect: string;
}

/** What the evidence so far proves. One alpha serves Worse and Suspect: evidence beyond tolerance never exceeds evidence beyond equal. */
export function findings(state: JudgeState, settings: JudgeSettings): Findings {
  const weights = settings.metrics.map((metric) => metric.weight);
  const beyondTolerance = state.metrics.map((metric) => lnE(metric.overTolerance));
  const beyondEqual = state.metrics.map((metric) => lnE(metric.overEqual));
  const target = Math.log(1 / settings.alpha);
  const confirm = Math.log(1 / settings.beta);
  const worst = largest(beyondTolerance, weights);
  const suspect = largest(beyondEqual, weights);
  const required = settings.metrics
    .map((metric, i) => ({ metric, of: state.metrics[i] as MetricState }))
    .filter(({ metric }) => metric.equivalentRequired);
  const better = settings.metrics.findIndex((_, i) => lnE((state.metrics[i] as MetricState).better) >= confirm);
  return {
    worse: lnMean(beyondTolerance, weights) >= target && (state.metrics[worst]?.total.kCandidateTolerated ?? 0) >= settings.minimumBad,
    suspect: lnMean(beyondEqual, weights) >= target,
    equivalent: required.length > 0 && required.every(({ of }) => lnE(of.underTolerance) >= confirm),
    better: settings.metrics[better]?.name,
    culpritOfWorse: settings.metrics[worst]?.name ?? '',
    culpritOfSuspect: settings.metrics[suspect]?.name ?? '',
  };
}

/** Requests and seconds until Equivalent at the rates seen (Suspect: until it ends either way). */
export function remaining(state: JudgeState, settings: JudgeSettings, suspect: boolean): Remaining {
  let requests = 0;
  let perSecond = 0;
  settings.metrics.forEach((metric, i) => {
    const of = state.metrics[i] as MetricState;
    const tally = of.step.nCandidate > 0 ? of.step : of.total;
    if (!metric.equivalentRequired || tally.nCandidate === 0) return;
    if (state.stepSeconds > 0) perSecond = Math.max(perSecond, of.step.nCandidate / state.stepSeconds);
    requests = Math.max(requests, neededOf(metric, of, tally, state, settings, suspect));
  });
  if (perSecond === 0 && requests === 0) return { requestsNeeded: null, secondsNeeded: null };
  if (!Number.isFinite(requests)) return { requestsNeeded: null, secondsNeeded: null };
  return { requestsNeeded: Math.ceil(requests), secondsNeeded: perSecond > 0 ? Math.ceil(requests / perSecond) : null };
}

function neededOf(
  metric: JudgedMetric,
  of: MetricState,
  tally: Tally,
  state: JudgeState,
  settings: JudgeSettings,
  suspect: boolean,
): number {
  const weight = tally.nCandidate / (tally.nCandidate + tally.nPrincipal);
  const principal = (tally.kPrincipal + 0.5) / (tally.nPrincipal + 1);
  const seen = (tally.kCandidateTolerated + 0.5) / (tally.nCandidate + 1);
  // An unsuspected candidate is taken to be like the principal; for a latency level that is the principal's tail beyond the tolerated bound.
  const alike = metric.kind === 'latency-level' && of.bounds ? tailShare(state.history, of.bounds.tolerated) : principal;
  const candidate = suspect ? seen : alike;
  const until = neededStill(of.underTolerance, { candidate, principal, weight }, settings.beta);
  return suspect ? Math.min(until, neededStill(of.overTolerance, { candidate, principal, weight }, settings.alpha)) : until;
}

function tailShare(history: readonly number[], bound: number): number {
  let total = 0;
  for (const count of history) total += count;
  return (slowerThan(history, bound) + 0.5) / (total + 1);
}

function badAbove(metric: JudgedMetric, arm: Arm, bound: number | undefined): number {
  if (metric.kind === 'failed') return arm.failed;
  return bound === undefined ? 0 : slowerThan(arm.latency, bound);
}

function largest(lnEs: readonly number[], weights: readonly number[]): number {
  let best = 0;
  lnEs.forEach((value, i) => {
    if (value + Math.log(weights[i] as number) > (lnEs[best] as number) + Math.log(weights[best] as number)) best = i;
  });
  return best;
}
