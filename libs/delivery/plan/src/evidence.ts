import {
  judgePartial,
  judgeSecond,
  startJudge,
  startStep,
  toPartial,
  toRecord,
  toSamples,
  type JudgeSettings,
  type JudgeState,
  type Verdict,
} from '@tidegate/delivery-judge';
import type { VerdictRecord } from '@tidegate/delivery-contract';
import type { SignalBatch, VersionSecond } from '@tidegate/signals';

interface Counts {
  requests: number;
  failed: number;
}

/**
 * What a release has seen so far: the judge's state and what people ask about. Plain JSON, so that it can be saved in the
 * Release and continues bit for bit after a restart.
 */
export interface Evidence {
  release: string;
  /** Index of the release's step that the judge is in. */
  step: number;
  judge: JudgeState;
  /** Worse is final: later signals do not take it back. */
  verdict: Verdict;
  /** The candidate's requests by users (copies left out), and all of the Service's. */
  exposed: Counts;
  total: Counts;
  /** The candidate's requests in this step while its weight was live. */
  stepRequests: number;
  /** Unix seconds: newest closed second, and the newest in which the candidate answered. -1 before the first. */
  second: number;
  lastRequest: number;
  open?: Extract<SignalBatch, { type: 'open' }>;
}

/** What the newest plan says about the routes; seconds before `liveSinceMs` are not judged. */
export interface EvidenceContext {
  candidate: string;
  principal: string;
  settings: JudgeSettings;
  step: number;
  liveSinceMs?: number;
  /** Unix second since which the newest candidate pod is ready and reachable. */
  settledSince?: number;
}

const NOT_YET: Verdict = { kind: 'NotYet', because: 'no-requests', requestsNeeded: null, secondsNeeded: null };
const MIRRORED = 'mirrored';

/** `principalHistory`: the principal's latency counts from before the release, so that latency can be judged from the start. */
export function startEvidence(release: string, settings: JudgeSettings, principalHistory?: readonly number[]): Evidence {
  return {
    release,
    step: 0,
    judge: startJudge(settings, principalHistory),
    verdict: NOT_YET,
    exposed: { requests: 0, failed: 0 },
    total: { requests: 0, failed: 0 },
    stepRequests: 0,
    second: -1,
    lastRequest: -1,
  };
}

/** Pure: the same batches in the same contexts always give the same evidence; production and replay call nothing else. */
export function takeBatch(before: Evidence, batch: SignalBatch, context: EvidenceContext): Evidence {
  const evidence = atStep(before, context);
  switch (batch.type) {
    case 'second':
      return takeSecond(evidence, batch, context);
    case 'partial':
      return takePartial(evidence, batch, context);
    case 'open':
      return { ...evidence, open: batch };
    case 'gap':
      // Lost seconds are neither good nor bad: nothing is applied. If they last, the no-data policy decides by the clock.
      return evidence;
  }
}

function atStep(evidence: Evidence, context: EvidenceContext): Evidence {
  let next = evidence;
  while (next.step < context.step) {
    const verdict = next.verdict.kind === 'Worse' ? next.verdict : NOT_YET;
    next = { ...next, step: next.step + 1, judge: startStep(next.judge, context.settings), stepRequests: 0, verdict };
  }
  return next;
}

function takeSecond(evidence: Evidence, batch: Extract<SignalBatch, { type: 'second' }>, context: EvidenceContext): Evidence {
  if (batch.second <= evidence.second) return evidence;
  const live = isLive(batch.second, context);
  const { settledSince } = context;
  const open = evidence.open && evidence.open.second >= batch.second - 2 ? evidence.open : undefined;
  const samples = toSamples(batch, context, { live, settledSince, open }, context.settings.mode);
  const { state, verdict } = judgeSecond(evidence.judge, batch.second, samples, context.settings);
  const users = batch.versions.filter((v) => v.rule !== MIRRORED);
  const answered = samples.guarded.candidate.requests;
  return {
    ...evidence,
    judge: state,
    verdict: evidence.verdict.kind === 'Worse' ? evidence.verdict : verdict,
    exposed: add(
      evidence.exposed,
      users.filter((v) => v.version === context.candidate),
    ),
    total: add(evidence.total, users),
    stepRequests: evidence.stepRequests + (live ? answered : 0),
    second: batch.second,
    lastRequest: answered > 0 ? batch.second : evidence.lastRequest,
  };
}

function takePartial(evidence: Evidence, batch: Extract<SignalBatch, { type: 'partial' }>, context: EvidenceContext): Evidence {
  if (evidence.verdict.kind === 'Worse') return evidence;
  const { second, candidate, principal } = toPartial(batch, context);
  const look = { live: isLive(second, context), settledSince: context.settledSince, principal };
  const { state, verdict } = judgePartial(evidence.judge, second, candidate, look, context.settings);
  return { ...evidence, judge: state, verdict: verdict ?? evidence.verdict };
}

function isLive(second: number, context: EvidenceContext): boolean {
  return context.liveSinceMs !== undefined && second * 1000 >= context.liveSinceMs;
}

function add(sum: Counts, versions: readonly VersionSecond[]): Counts {
  return versions.reduce((s, v) => ({ requests: s.requests + v.requests, failed: s.failed + v.failed }), sum);
}

/** The verdict as it is stored in the Release: numbers that JSON cannot carry, and unknown ones, are left out. */
export function verdictRecord(
  evidence: Evidence,
  settings: JudgeSettings,
  versions: { candidate: string; principal: string },
  route: { weight: number; proxies: string },
): VerdictRecord {
  const { verdict } = evidence;
  const record = toRecord(evidence.judge, verdict, settings, versions);
  return {
    verdict: verdict.kind,
    rule: 'rule' in verdict ? verdict.rule : verdict.kind === 'NotYet' ? verdict.because : 'comparison',
    ...('metric' in verdict ? { culprit: verdict.metric } : {}),
    words: record.words,
    second: Math.max(0, evidence.second),
    step: evidence.step,
    weight: route.weight,
    proxies: route.proxies,
    alpha: record.alpha,
    beta: record.beta,
    compared: record.compared,
    metrics: record.metrics.map(({ boundMs, interval, lnE, ...m }) => ({
      ...m,
      ...(boundMs === null ? {} : { boundMs }),
      interval: {
        of: interval.of,
        ...(interval.atLeast === null ? {} : { atLeast: interval.atLeast }),
        ...(interval.atMost === null ? {} : { atMost: interval.atMost }),
      },
      lnE: finiteOnly(lnE),
    })),
    guardrails: record.guardrails.map(({ lnE, ...g }) => ({ ...g, ...(Number.isFinite(lnE) ? { lnE } : {}) })),
    ...remainingOf(verdict),
  };
}

function finiteOnly<T extends Record<string, number>>(numbers: T): Partial<T> {
  const kept: Partial<T> = {};
  for (const key in numbers) if (Number.isFinite(numbers[key])) kept[key] = numbers[key];
  return kept;
}

function remainingOf(verdict: Verdict): { requestsNeeded?: number; secondsNeeded?: number } {
  if (!('requestsNeeded' in verdict)) return {};
  const { requestsNeeded, secondsNeeded } = verdict;
  return { ...(requestsNeeded === null ? {} : { requestsNeeded }), ...(secondsNeeded === null ? {} : { secondsNeeded }) };
}

/** A saved state, or undefined when it is not one (another format, cut off): then the judge starts anew and says so. */
export function evidenceFromCheckpoint(text: string, release: string): Evidence | undefined {
  try {
    const saved: unknown = JSON.parse(text);
    return isEvidence(saved) && saved.release === release ? saved : undefined;
  } catch {
    return undefined;
  }
}

function isEvidence(value: unknown): value is Evidence {
  if (typeof value !== 'object' || value === null || !('judge' in value) || !('release' in value) || !('second' in value)) return false;
  const { judge } = value;
  return typeof judge === 'object' && judge !== null && 'format' in judge && judge.format === 1;
}
