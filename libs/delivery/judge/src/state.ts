import { latencyBuckets } from './latency-levels.js';
import { closeIntervalBlock, newInterval } from './interval.js';
import { boundIndexFor } from './latency-levels.js';
import { copyProcess, invest, newProcess } from './process.js';
import type { GuardState, JudgedMetric, JudgeSettings, JudgeState, MetricState, Process, Tally } from './types.js';

/** Money: half at the start, a quarter over the steps, a quarter over the seconds of the horizon. */
const FIRST = 0.5;
const OVER_STEPS = 0.25;
const OVER_SECONDS = 0.25;

/** A judge that has seen nothing. `principalHistory`: the principal's latency counts from before the release, if known. */
export function startJudge(settings: JudgeSettings, principalHistory?: readonly number[]): JudgeState {
  const history = principalHistory ? principalHistory.slice(0, latencyBuckets) : [];
  while (history.length < latencyBuckets) history.push(0);
  return {
    format: 1,
    lastSecond: -1,
    step: 0,
    stepFirstSecond: -1,
    stepSeconds: 0,
    candidateAnswered: -1,
    principalAnswered: -1,
    ring: [],
    history,
    historyAtBounds: 0,
    metrics: settings.metrics.map((metric) => newMetric(metric, settings)),
    guards: settings.guardrails.map((guard) => newGuard(guard.limit, settings)),
    warmupGuard: newGuard(settings.warmupFailureLimit, settings),
    interval: newInterval(),
    partials: [],
  };
}

/**
 * The next step of the release, at another weight: evidence for "worse" goes on and gets restart money, evidence for
 * Equivalent and Better starts anew because it must hold at the present weight. Returns a new state.
 */
export function startStep(state: JudgeState, settings: JudgeSettings): JudgeState {
  const next = copyState(state);
  const share = OVER_STEPS / Math.max(1, settings.steps);
  next.step += 1;
  next.stepFirstSecond = -1;
  next.stepSeconds = 0;
  next.ring = [];
  closeIntervalBlock(next.interval);
  next.metrics.forEach((metric, i) => {
    const fresh = newMetric(settings.metrics[i] as JudgedMetric, settings);
    invest(metric.overTolerance, share);
    invest(metric.overEqual, share);
    metric.underTolerance = fresh.underTolerance;
    metric.better = fresh.better;
    metric.step = newTally();
  });
  for (const guard of [...next.guards, next.warmupGuard]) {
    invest(guard.candidate, share);
    invest(guard.principal, share);
  }
  return next;
}

/** A copy whose parts may be changed without touching the caller's. */
export function copyState(state: JudgeState): JudgeState {
  return {
    ...state,
    ring: state.ring.slice(),
    history: state.history.slice(),
    metrics: state.metrics.map(copyMetric),
    guards: state.guards.map(copyGuard),
    warmupGuard: copyGuard(state.warmupGuard),
    // Its parts are replaced, never changed in place.
    interval: { ...state.interval },
    partials: state.partials.slice(),
  };
}

function copyMetric(metric: MetricState): MetricState {
  return {
    overTolerance: copyProcess(metric.overTolerance),
    overEqual: copyProcess(metric.overEqual),
    underTolerance: copyProcess(metric.underTolerance),
    better: copyProcess(metric.better),
    total: { ...metric.total },
    step: { ...metric.step },
    bounds: metric.bounds,
  };
}

export function copyGuard(guard: GuardState): GuardState {
  return {
    ...guard,
    candidate: copyProcess(guard.candidate),
    principal: copyProcess(guard.principal),
    principalRecent: guard.principalRecent.slice(),
  };
}

function newMetric(metric: JudgedMetric, settings: JudgeSettings): MetricState {
  const delta = metric.kind === 'latency-level' ? 0 : metric.tolerance;
  const over = { first: FIRST, everySecond: OVER_SECONDS / settings.maximumDurationSeconds, cap: settings.capNats };
  const under = { first: 1, everySecond: 0, cap: settings.capNats };
  const threshold = metric.kind === 'slower-than' ? boundIndexFor(metric.thresholdMs) : undefined;
  return {
    overTolerance: newProcess('over', delta, over),
    overEqual: newProcess('over', 0, over),
    underTolerance: newProcess('under', delta, under),
    better: newProcess('under', 0, under),
    total: newTally(),
    step: newTally(),
    bounds: threshold === undefined ? null : { principal: threshold, tolerated: threshold },
  };
}

function newGuard(limit: number, settings: JudgeSettings): GuardState {
  // No cap: a guardrail may break in one second. JSON has no Infinity, and updateGuard does not read it.
  const process = (): Process =>
    newProcess('guard', limit, { first: FIRST, everySecond: OVER_SECONDS / settings.maximumDurationSeconds, cap: 0 });
  return { candidate: process(), principal: process(), nCandidate: 0, kCandidate: 0, nPrincipal: 0, kPrincipal: 0, principalRecent: [] };
}

function newTally(): Tally {
  return { nCandidate: 0, kCandidate: 0, kCandidateTolerated: 0, nPrincipal: 0, kPrincipal: 0 };
}
