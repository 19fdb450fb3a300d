import type { Result } from '@tidegate/kernel';
import { ConfigKeys, type ConfigData, parsing, refuse } from './config-keys.js';
import { formatGoDuration } from './go-duration.js';
import { formatGoFloat } from './go-values.js';

/** Bounds that config-autoscaler and the autoscaling annotations share. */
export const TARGET_MIN = 0.01;
export const WINDOW_MIN_MS = 6_000;
export const WINDOW_MAX_MS = 3_600_000;
export const PANIC_WINDOW_PERCENTAGE = { min: 1, max: 100 } as const;
export const PANIC_THRESHOLD_PERCENTAGE = { min: 110, max: 1000 } as const;

export const KPA_CLASS = 'kpa.autoscaling.knative.dev';
export const HPA_CLASS = 'hpa.autoscaling.knative.dev';

/** config-autoscaler. */
export interface AutoscalerConfig {
  podAutoscalerClass: string;
  enableScaleToZero: boolean;
  allowZeroInitialScale: boolean;
  initialScale: number;
  minScale: number;
  /** 0: unlimited. */
  maxScale: number;
  /** The largest max-scale that a revision may ask for; 0: any, also unlimited. */
  maxScaleLimit: number;
  /** How many times as many pods a decision may ask for. */
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  /** Share of the concurrency target that is aimed at, in (0, 1]. */
  concurrencyTargetFraction: number;
  /** Requests at once per pod when the revision sets no limit. */
  concurrencyTargetDefault: number;
  /** The same share for targets that are not concurrency. */
  targetUtilization: number;
  requestsPerSecondTargetDefault: number;
  /** Requests of a burst that must find room; -1: hold always in the way. */
  targetBurstCapacity: number;
  activatorCapacity: number;
  stableWindowMs: number;
  /** Of the stable window. */
  panicWindowPercentage: number;
  /** Of the capacity of the ready pods. */
  panicThresholdPercentage: number;
  scaleDownDelayMs: number;
  scaleToZeroGracePeriodMs: number;
  scaleToZeroPodRetentionPeriodMs: number;
}

export const defaultAutoscalerConfig: AutoscalerConfig = {
  podAutoscalerClass: KPA_CLASS,
  enableScaleToZero: true,
  allowZeroInitialScale: false,
  initialScale: 1,
  minScale: 0,
  maxScale: 0,
  maxScaleLimit: 0,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  concurrencyTargetFraction: 0.7,
  concurrencyTargetDefault: 100,
  targetUtilization: 0.7,
  requestsPerSecondTargetDefault: 200,
  targetBurstCapacity: 211,
  activatorCapacity: 100,
  stableWindowMs: 60_000,
  panicWindowPercentage: 10,
  panicThresholdPercentage: 200,
  scaleDownDelayMs: 0,
  scaleToZeroGracePeriodMs: 30_000,
  scaleToZeroPodRetentionPeriodMs: 0,
};

export function parseAutoscalerConfig(data: ConfigData): Result<AutoscalerConfig, string> {
  const read = parsing(() => readAutoscalerConfig(new ConfigKeys(data)), 'failed to parse data: ');
  return read.ok ? parsing(() => checked(read.value)) : read;
}

function readAutoscalerConfig(keys: ConfigKeys): AutoscalerConfig {
  const fallback = defaultAutoscalerConfig;
  const config: AutoscalerConfig = {
    podAutoscalerClass: keys.text('pod-autoscaler-class', fallback.podAutoscalerClass),
    enableScaleToZero: keys.bool('enable-scale-to-zero', fallback.enableScaleToZero),
    allowZeroInitialScale: keys.bool('allow-zero-initial-scale', fallback.allowZeroInitialScale),
    maxScaleUpRate: keys.float('max-scale-up-rate', fallback.maxScaleUpRate),
    maxScaleDownRate: keys.float('max-scale-down-rate', fallback.maxScaleDownRate),
    concurrencyTargetFraction: keys.float('container-concurrency-target-percentage', fallback.concurrencyTargetFraction),
    concurrencyTargetDefault: keys.float('container-concurrency-target-default', fallback.concurrencyTargetDefault),
    targetUtilization: fallback.targetUtilization,
    requestsPerSecondTargetDefault: keys.float('requests-per-second-target-default', fallback.requestsPerSecondTargetDefault),
    targetBurstCapacity: keys.float('target-burst-capacity', fallback.targetBurstCapacity),
    panicWindowPercentage: keys.float('panic-window-percentage', fallback.panicWindowPercentage),
    activatorCapacity: keys.float('activator-capacity', fallback.activatorCapacity),
    panicThresholdPercentage: keys.float('panic-threshold-percentage', fallback.panicThresholdPercentage),
    initialScale: keys.int32('initial-scale', fallback.initialScale),
    minScale: keys.int32('min-scale', fallback.minScale),
    maxScale: keys.int32('max-scale', fallback.maxScale),
    maxScaleLimit: keys.int32('max-scale-limit', fallback.maxScaleLimit),
    stableWindowMs: keys.durationMs('stable-window', fallback.stableWindowMs),
    scaleDownDelayMs: keys.durationMs('scale-down-delay', fallback.scaleDownDelayMs),
    scaleToZeroGracePeriodMs: keys.durationMs('scale-to-zero-grace-period', fallback.scaleToZeroGracePeriodMs),
    scaleToZeroPodRetentionPeriodMs: keys.durationMs('scale-to-zero-pod-retention-period', fallback.scaleToZeroPodRetentionPeriodMs),
  };
  // Values up to 1 are fractions already: an old spelling that Knative keeps.
  if (config.concurrencyTargetFraction > 1) config.concurrencyTargetFraction /= 100;
  return config;
}

const inWords = formatGoDuration;
const number = formatGoFloat;

function checked(config: AutoscalerConfig): AutoscalerConfig {
  const c = config;
  if (c.scaleToZeroGracePeriodMs <= 0) refuse(`scale-to-zero-grace-period must be positive, was: ${inWords(c.scaleToZeroGracePeriodMs)}`);
  if (c.scaleDownDelayMs < 0) refuse(`scale-down-delay cannot be negative, was: ${inWords(c.scaleDownDelayMs)}`);
  if (c.scaleDownDelayMs % 1000 !== 0)
    refuse(`scale-down-delay = ${inWords(c.scaleDownDelayMs)}, must be specified with at most second precision`);
  if (c.scaleToZeroPodRetentionPeriodMs < 0)
    refuse(`scale-to-zero-pod-retention-period cannot be negative, was: ${inWords(c.scaleToZeroPodRetentionPeriodMs)}`);
  if (c.targetBurstCapacity < 0 && c.targetBurstCapacity !== -1)
    refuse(`target-burst-capacity must be either non-negative or -1 (for unlimited), was: ${c.targetBurstCapacity.toFixed(6)}`);
  targetsAreInRange(c);
  if (c.activatorCapacity < 1) refuse(`activator-capacity = ${number(c.activatorCapacity)}, must be at least 1`);
  if (c.maxScaleUpRate <= 1) refuse(`max-scale-up-rate = ${number(c.maxScaleUpRate)}, must be greater than 1.0`);
  if (c.maxScaleDownRate <= 1) refuse(`max-scale-down-rate = ${number(c.maxScaleDownRate)}, must be greater than 1.0`);
  windowsAreInRange(c);
  scalesAreInRange(c);
  return c;
}

function targetsAreInRange(c: AutoscalerConfig): void {
  if (c.concurrencyTargetFraction <= 0 || c.concurrencyTargetFraction > 1)
    refuse(`container-concurrency-target-percentage = ${c.concurrencyTargetFraction.toFixed(6)} is outside of valid range of (0, 100]`);
  const target = c.concurrencyTargetFraction * c.concurrencyTargetDefault;
  if (target < TARGET_MIN)
    refuse(
      `container-concurrency-target-percentage and container-concurrency-target-default yield target concurrency of ${number(target)}, can't be less than ${TARGET_MIN}`,
    );
  if (c.requestsPerSecondTargetDefault < TARGET_MIN)
    refuse(`requests-per-second-target-default must be at least ${TARGET_MIN}, was: ${number(c.requestsPerSecondTargetDefault)}`);
}

function windowsAreInRange(c: AutoscalerConfig): void {
  if (c.stableWindowMs < WINDOW_MIN_MS || c.stableWindowMs > WINDOW_MAX_MS)
    refuse(`stable-window = ${inWords(c.stableWindowMs)}, must be in [${inWords(WINDOW_MIN_MS)}; ${inWords(WINDOW_MAX_MS)}] range`);
  if (c.stableWindowMs % 1000 !== 0)
    refuse(`stable-window = ${inWords(c.stableWindowMs)}, must be specified with at most second precision`);
  const { min, max } = PANIC_WINDOW_PERCENTAGE;
  if (c.panicWindowPercentage < min || c.panicWindowPercentage > max)
    refuse(`panic-window-percentage = ${number(c.panicWindowPercentage)}, must be in [${min}, ${max}] interval`);
}

function scalesAreInRange(c: AutoscalerConfig): void {
  if (c.initialScale < 0 || (c.initialScale === 0 && !c.allowZeroInitialScale))
    refuse(`initial-scale = ${c.initialScale}, must be at least 0 (or at least 1 when allow-zero-initial-scale is false)`);
  if (c.minScale < 0) refuse(`min-scale = ${c.minScale}, must be at least 0`);
  // A limit forbids "unlimited", also as the default.
  const least = c.maxScaleLimit > 0 ? 1 : 0;
  if (c.maxScale < least || (c.maxScaleLimit > 0 && c.maxScale > c.maxScaleLimit))
    refuse(`max-scale = ${c.maxScale}, must be in [${least}, max-scale-limit(${c.maxScaleLimit})] range`);
  if (c.maxScaleLimit < 0) refuse(`max-scale-limit = ${c.maxScaleLimit}, must be at least 0`);
  if (c.minScale > c.maxScale && c.maxScale > 0) refuse(`min-scale (${c.minScale}) must be less than max-scale (${c.maxScale})`);
}
