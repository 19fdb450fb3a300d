import { durationMs } from '@tidegate/kernel';
import type { Analysis, StrategySpec } from '@tidegate/delivery-contract';
import { capOfPatience, defaultJudgeSettings, metricsOf, type JudgeSettings } from '@tidegate/delivery-judge';
import { WHOLE } from '@tidegate/traffic-router';

/** A step with everything decided: shares are parts of WHOLE, times are milliseconds. */
export interface PlannedStep {
  weight: number;
  /** Share of requests copied to the candidate in this step. */
  mirror: number;
  holdMs: number;
  minimumRequests: number;
  gate: 'Verdict' | 'Manual' | 'Time';
  /** Both versions get comparable requests. */
  compared: boolean;
  /** The last compared step with a Verdict gate: only Equivalent or Better leads on. */
  deciding: boolean;
  /** Requests of the candidate are expected, so their absence means something. */
  expectsTraffic: boolean;
}

export interface ReleasePolicy {
  spec: StrategySpec;
  steps: PlannedStep[];
  judge: JudgeSettings;
  noDataAfterMs: number;
  maximumDurationMs: number;
  progressDeadlineMs: number;
  scaleDownDelayMs: number;
}

export const DEFAULT_CANARY_STEPS = [5, 25, 50];

/** Percent with two decimals to parts of WHOLE. */
export function toParts(percent: number): number {
  return Math.round(percent * (WHOLE / 100));
}
export function toPercent(parts: number): number {
  return parts / (WHOLE / 100);
}

/** The frozen policy of a release as numbers. Pure; the same spec always gives the same policy. */
export function releasePolicy(spec: StrategySpec): ReleasePolicy {
  const steps = plannedSteps(spec);
  return {
    spec,
    steps,
    judge: judgeSettings(spec, steps),
    noDataAfterMs: durationMs(spec.analysis.noDataAfter),
    maximumDurationMs: durationMs(spec.analysis.maximumDuration),
    progressDeadlineMs: durationMs(spec.progressDeadline),
    scaleDownDelayMs: durationMs(spec.scaleDownDelay),
  };
}

function plannedSteps(spec: StrategySpec): PlannedStep[] {
  const steps = spec.type === 'Canary' ? canarySteps(spec) : spec.type === 'BlueGreen' ? blueGreenSteps(spec) : mirrorSteps(spec);
  const last = steps.findLastIndex((s) => s.compared && s.gate === 'Verdict');
  return steps.map((s, i) => ({ ...s, deciding: i === last }));
}

type Undecided = Omit<PlannedStep, 'deciding'>;

function canarySteps(spec: StrategySpec): Undecided[] {
  const matchOnly = (spec.match ?? []).length > 0 && spec.steps === undefined;
  const asked =
    spec.steps ??
    (matchOnly ? [0] : DEFAULT_CANARY_STEPS).map((weight) => ({
      weight,
      hold: '30s',
      gate: 'Verdict' as const,
      minimumRequests: undefined,
    }));
  return asked.map((step): Undecided => {
    const weight = toParts(step.weight);
    return {
      weight,
      mirror: 0,
      holdMs: durationMs(step.hold),
      minimumRequests: step.minimumRequests ?? spec.analysis.minimumRequests,
      gate: step.gate,
      compared: weight > 0 && weight < WHOLE,
      expectsTraffic: weight > 0 || (spec.match ?? []).length > 0,
    };
  });
}

/** A look at the preview, then everything; the old version waits for scaleDownDelay, during which guardrails still lead back. */
function blueGreenSteps(spec: StrategySpec): Undecided[] {
  const look = spec.steps?.[0];
  const holdMs = durationMs(look?.hold ?? '30s');
  const gate = look?.gate ?? (spec.preview ? 'Manual' : 'Time');
  const minimumRequests = spec.analysis.minimumRequests;
  return [
    { weight: 0, mirror: 0, holdMs, minimumRequests: 0, gate, compared: false, expectsTraffic: false },
    {
      weight: WHOLE,
      mirror: 0,
      holdMs: durationMs(spec.scaleDownDelay),
      minimumRequests,
      gate: 'Verdict',
      compared: false,
      expectsTraffic: true,
    },
  ];
}

function mirrorSteps(spec: StrategySpec): Undecided[] {
  const mirror = toParts(spec.mirror?.percent ?? 100);
  const holdMs = durationMs(spec.mirror?.duration ?? '2m');
  return [
    { weight: 0, mirror, holdMs, minimumRequests: spec.analysis.minimumRequests, gate: 'Verdict', compared: true, expectsTraffic: true },
  ];
}

/**
 * What the judge is told; fixed for the whole release. `phi` stays 1 with sticky cohorts too: only the request that drew
 * the cohort goes by weight and is compared, so users are judged once each and not request by request.
 */
function judgeSettings(spec: StrategySpec, steps: readonly PlannedStep[]): JudgeSettings {
  const { analysis } = spec;
  const compares = steps.some((s) => s.compared);
  const metrics = metricsOf(
    analysis.tolerance.errorRate / 100,
    analysis.tolerance.latency / 100,
    analysis.latencyLevels.map((level) => level / 100),
  ).map((m) => (analysis.equivalentNeeds === 'ErrorRate' && m.kind !== 'failed' ? { ...m, equivalentRequired: false } : m));
  return {
    ...defaultJudgeSettings,
    mode: !compares ? 'guardrails' : spec.type === 'Mirror' ? 'mirror' : 'compare',
    alpha: analysis.alpha,
    beta: analysis.beta,
    metrics,
    guardrails: analysis.guardrails.flatMap((g) => toGuardrail(g, analysis.alpha)),
    warmupSeconds: durationMs(analysis.warmup) / 1000,
    capNats: capOfPatience(analysis.patienceSeconds),
    steps: Math.max(1, steps.length),
    maximumDurationSeconds: Math.max(1, (steps.length * durationMs(analysis.maximumDuration)) / 1000),
  };
}

function toGuardrail(guard: Analysis['guardrails'][number], alpha: number): JudgeSettings['guardrails'][number][] {
  const found: JudgeSettings['guardrails'][number][] = [];
  if (guard.successRate !== undefined) found.push({ kind: 'failed', name: 'success-rate', limit: share(100 - guard.successRate), alpha });
  if (guard.latency) {
    const { quantile, below } = guard.latency;
    found.push({ kind: 'slower-than', name: `latency-p${quantile}`, thresholdMs: durationMs(below), limit: share(100 - quantile), alpha });
  }
  return found;
}

/** Percent to a share without the dust of binary fractions (100 - 99.9). */
function share(percent: number): number {
  return Math.round(percent * 1e6) / 1e8;
}
