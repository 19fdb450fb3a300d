import { type AutoscalerConfig, KPA_CLASS, TARGET_MIN } from '@tidegate/serving-config';
import type { PodAutoscaler } from '@tidegate/serving-contract';
import { type ScalingAnnotations, readScalingAnnotations } from './annotations.js';

/** How load is averaged over a window. */
export type Aggregation = 'linear' | 'weighted-exponential';

/** What decides about one revision: its annotations over the operators' configuration. Times in milliseconds. */
export interface ScalingSettings {
  class: string;
  metric: 'concurrency' | 'rps';
  /** Load that one pod should have. */
  targetValue: number;
  /** Load that one pod may have. */
  totalValue: number;
  /** Of the capacity of the ready pods; 2 is twice. */
  panicThreshold: number;
  stableWindowMs: number;
  panicWindowMs: number;
  aggregation: Aggregation;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  targetBurstCapacity: number;
  /** Pods that a revision wakes up with; below 2 it has no effect. */
  activationScale: number;
  scaleDownDelayMs: number;
  initialScale: number;
  /** False: no route names the revision. Then it shrinks without regard to rates, delays and min-scale. */
  reachable: boolean;
  minScale: number;
  /** 0: unlimited. */
  maxScale: number;
  enableScaleToZero: boolean;
  gracePeriodMs: number;
  podRetentionMs: number;
  progressDeadlineMs: number;
}

const BUCKET_MS = 1_000;

/** `progressDeadlineMs` is the operators' one, from config-deployment. */
export function resolveSettings(pa: PodAutoscaler, config: AutoscalerConfig, progressDeadlineMs: number): ScalingSettings {
  const asked = readScalingAnnotations(pa.metadata?.annotations);
  const reachable = pa.spec.reachability !== 'Unreachable';
  const metric = asked.metric === 'rps' ? 'rps' : 'concurrency';
  const stableWindowMs = asked.windowMs ?? config.stableWindowMs;
  const panicShare = (asked.panicWindowPercentage ?? config.panicWindowPercentage) / 100;
  return {
    class: asked.class ?? KPA_CLASS,
    metric,
    ...resolveTarget(metric, pa.spec.containerConcurrency ?? 0, asked, config),
    panicThreshold: (asked.panicThresholdPercentage ?? config.panicThresholdPercentage) / 100,
    stableWindowMs,
    panicWindowMs: Math.max(BUCKET_MS, Math.round((stableWindowMs * panicShare) / BUCKET_MS) * BUCKET_MS),
    aggregation: isWeighted(asked.aggregation) ? 'weighted-exponential' : 'linear',
    maxScaleUpRate: config.maxScaleUpRate,
    maxScaleDownRate: config.maxScaleDownRate,
    targetBurstCapacity: asked.targetBurstCapacity ?? config.targetBurstCapacity,
    activationScale: asked.activationScale ?? 1,
    scaleDownDelayMs: asked.scaleDownDelayMs ?? config.scaleDownDelayMs,
    initialScale: initialScaleOf(asked, config),
    reachable,
    minScale: reachable ? (asked.minScale ?? config.minScale) : 0,
    maxScale: asked.maxScale ?? config.maxScale,
    enableScaleToZero: config.enableScaleToZero,
    gracePeriodMs: config.scaleToZeroGracePeriodMs,
    podRetentionMs: reachable ? (asked.podRetentionMs ?? config.scaleToZeroPodRetentionPeriodMs) : 0,
    progressDeadlineMs: asked.progressDeadlineMs ?? progressDeadlineMs,
  };
}

/** A target beyond the hard limit of the container would never be reached, so the smaller of both counts. */
function resolveTarget(
  metric: ScalingSettings['metric'],
  containerConcurrency: number,
  asked: ScalingAnnotations,
  config: AutoscalerConfig,
): Pick<ScalingSettings, 'targetValue' | 'totalValue'> {
  const isConcurrency = metric === 'concurrency';
  const limit = isConcurrency && containerConcurrency > 0 ? containerConcurrency : Infinity;
  const fallback = isConcurrency ? config.concurrencyTargetDefault : config.requestsPerSecondTargetDefault;
  const totalValue = Math.min(asked.target ?? (limit === Infinity ? fallback : limit), limit);
  const share =
    asked.targetUtilizationPercentage === undefined
      ? isConcurrency
        ? config.concurrencyTargetFraction
        : config.targetUtilization
      : asked.targetUtilizationPercentage / 100;
  return { totalValue, targetValue: Math.max(TARGET_MIN, totalValue * share) };
}

function initialScaleOf(asked: ScalingAnnotations, config: AutoscalerConfig): number {
  const { initialScale } = asked;
  if (initialScale === undefined || (initialScale === 0 && !config.allowZeroInitialScale)) return config.initialScale;
  return initialScale;
}

function isWeighted(name: string | undefined): boolean {
  return name === 'weighted-exponential' || name === 'weightedExponential';
}
