import { AUTOSCALING_PREFIX, PROGRESS_DEADLINE_ANNOTATIONS } from '@tidegate/serving-contract';
import { parseGoDuration, parseGoFloat, parseGoInt } from '@tidegate/serving-config';
import type { Result } from '@tidegate/kernel';

type Annotations = Readonly<Record<string, string>>;

/** What a revision asks of its autoscaler; a value is absent when it was not set, or could not be read, which admission refuses. */
export interface ScalingAnnotations {
  class?: string;
  metric?: string;
  target?: number;
  /** 1 to 100. */
  targetUtilizationPercentage?: number;
  targetBurstCapacity?: number;
  minScale?: number;
  maxScale?: number;
  initialScale?: number;
  activationScale?: number;
  scaleDownDelayMs?: number;
  podRetentionMs?: number;
  windowMs?: number;
  panicWindowPercentage?: number;
  panicThresholdPercentage?: number;
  aggregation?: string;
  progressDeadlineMs?: number;
}

/** Of each pair the first spelling that is there counts, as in Knative. */
const key = (...names: string[]): string[] => names.map((name) => AUTOSCALING_PREFIX + name);
const METRIC = key('metric');
const CLASS = key('class');
const TARGET = key('target');
const TARGET_UTILIZATION = key('target-utilization-percentage', 'targetUtilizationPercentage');
const TARGET_BURST_CAPACITY = key('target-burst-capacity', 'targetBurstCapacity');
const MIN_SCALE = key('min-scale', 'minScale');
const MAX_SCALE = key('max-scale', 'maxScale');
const INITIAL_SCALE = key('initial-scale', 'initialScale');
const ACTIVATION_SCALE = key('activation-scale');
const SCALE_DOWN_DELAY = key('scale-down-delay', 'scaleDownDelay');
const POD_RETENTION = key('scale-to-zero-pod-retention-period', 'scaleToZeroPodRetentionPeriod');
const WINDOW = key('window');
const PANIC_WINDOW = key('panic-window-percentage', 'panicWindowPercentage');
const PANIC_THRESHOLD = key('panic-threshold-percentage', 'panicThresholdPercentage');
const AGGREGATION = key('metric-aggregation-algorithm', 'metricAggregationAlgorithm');

const int32 = (text: string): Result<number, string> => parseGoInt(text, 32);

export function readScalingAnnotations(annotations: Annotations = {}): ScalingAnnotations {
  const text = (keys: readonly string[]): string | undefined => {
    const found = keys.find((k) => Object.hasOwn(annotations, k));
    return found === undefined ? undefined : annotations[found];
  };
  const number = (keys: readonly string[], parse: (text: string) => Result<number, string>): number | undefined => {
    const value = text(keys);
    const parsed = value === undefined ? undefined : parse(value);
    return parsed?.ok ? parsed.value : undefined;
  };
  return {
    class: text(CLASS),
    metric: text(METRIC),
    target: number(TARGET, parseGoFloat),
    targetUtilizationPercentage: number(TARGET_UTILIZATION, parseGoFloat),
    targetBurstCapacity: number(TARGET_BURST_CAPACITY, parseGoFloat),
    minScale: number(MIN_SCALE, int32),
    maxScale: number(MAX_SCALE, int32),
    initialScale: number(INITIAL_SCALE, int32),
    activationScale: number(ACTIVATION_SCALE, int32),
    scaleDownDelayMs: number(SCALE_DOWN_DELAY, parseGoDuration),
    podRetentionMs: number(POD_RETENTION, parseGoDuration),
    windowMs: number(WINDOW, parseGoDuration),
    panicWindowPercentage: number(PANIC_WINDOW, parseGoFloat),
    panicThresholdPercentage: number(PANIC_THRESHOLD, parseGoFloat),
    aggregation: text(AGGREGATION),
    progressDeadlineMs: number(PROGRESS_DEADLINE_ANNOTATIONS, parseGoDuration),
  };
}
