import { LATENCY_BOUNDS_MS } from '@tidegate/signals';
import { judgeSecond } from './judge.js';
import { startJudge, startStep } from './state.js';
import type { Arm, JudgeSettings, Verdict } from './types.js';

/** A version as it behaves every second: independent failures and lognormal latencies. */
export interface SimulatedVersion {
  failureRate: number;
  medianMs: number;
  /** Standard deviation of the logarithm. */
  spread: number;
}

export interface SimulatedStep {
  weight: number;
  /** The step ends after so long and 100 requests; the last one needs Equivalent. */
  holdSeconds: number;
}

export interface SimulatedRelease {
  seed: number;
  requestsPerSecond: number;
  principal: SimulatedVersion;
  candidate: SimulatedVersion;
  steps: readonly SimulatedStep[];
  maximumSeconds: number;
}

export interface SimulatedOutcome {
  ended: 'Promoted' | 'Suspect' | 'Worse' | 'TimedOut';
  verdict: Verdict;
  /** Seconds and candidate requests after the warm-up. */
  seconds: number;
  candidateRequests: number;
}

const STEP_MINIMUM_REQUESTS = 100;

/** Reproducible randomness (mulberry32): uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Runs one release second by second until it is promoted, suspected, found worse, or out of time.. */
export function simulateRelease(release: SimulatedRelease, settings: JudgeSettings, options: { stopAtSuspect: boolean }): SimulatedOutcome {
  const random = seededRandom(release.seed);
  const traffic = { principal: sampler(release.principal), candidate: sampler(release.candidate) };
  let state = startJudge(settings);
  let step = 0;
  let stepSeconds = 0;
  let stepRequests = 0;
  let candidateRequests = 0;
  let verdict: Verdict = { kind: 'NotYet', because: 'evidence', requestsNeeded: null, secondsNeeded: null };
  for (let second = 1; second <= release.maximumSeconds; second++) {
    const { weight, holdSeconds } = release.steps[step] as SimulatedStep;
    const total = poisson(release.requestsPerSecond, random);
    const nc = binomial(total, weight, random);
    const candidate = traffic.candidate(nc, random);
    const principal = traffic.principal(total - nc, random);
    const arms = { candidate, principal };
    ({ state, verdict } = judgeSecond(
      state,
      second,
      { compared: arms, guarded: arms, live: true, settledSince: second - settings.warmupSeconds },
      settings,
    ));
    candidateRequests += nc;
    stepRequests += nc;
    stepSeconds += 1;
    const result = (ended: SimulatedOutcome['ended']): SimulatedOutcome => ({ ended, verdict, seconds: second, candidateRequests });
    if (verdict.kind === 'Worse') return result('Worse');
    if (verdict.kind === 'Suspect' && options.stopAtSuspect) return result('Suspect');
    const last = step === release.steps.length - 1;
    const accepted = verdict.kind === 'Equivalent' || verdict.kind === 'Better';
    if (stepSeconds < holdSeconds || stepRequests < STEP_MINIMUM_REQUESTS) continue;
    if (last && accepted) return result('Promoted');
    if (last || verdict.kind === 'Suspect') continue;
    step += 1;
    stepSeconds = 0;
    stepRequests = 0;
    state = startStep(state, settings);
  }
  return { ended: 'TimedOut', verdict, seconds: release.maximumSeconds, candidateRequests };
}

function sampler(version: SimulatedVersion): (n: number, random: () => number) => Arm {
  const cumulative = LATENCY_BOUNDS_MS.map((bound) => normalCdf(Math.log(bound / version.medianMs) / version.spread));
  return (n, random) => {
    const latency = new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
    let failed = 0;
    for (let i = 0; i < n; i++) {
      if (random() < version.failureRate) failed += 1;
      const bucket = bucketAt(cumulative, random());
      latency[bucket] = (latency[bucket] as number) + 1;
    }
    return { requests: n, failed, latency };
  };
}

/** Index of the first cumulative share above `u`, or one past the last. */
function bucketAt(cumulative: readonly number[], u: number): number {
  let low = 0;
  let high = cumulative.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cumulative[middle] as number) > u) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Abramowitz and Stegun 7.1.26; its error of 1.5e-7 is far below what a simulation shows. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp((-x * x) / 2);
  return x >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}

/** Knuth's product for small means, a rounded normal above 200. */
function poisson(mean: number, random: () => number): number {
  if (mean > 200) {
    const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * z));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

function binomial(n: number, p: number, random: () => number): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (random() < p) count += 1;
  return count;
}
