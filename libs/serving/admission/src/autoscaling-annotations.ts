import {
  type AutoscalerConfig,
  HPA_CLASS,
  KPA_CLASS,
  PANIC_THRESHOLD_PERCENTAGE,
  PANIC_WINDOW_PERCENTAGE,
  TARGET_MIN,
  WINDOW_MAX_MS,
  WINDOW_MIN_MS,
  formatGoDuration,
  parseGoDuration,
  parseGoFloat,
  parseGoInt,
} from '@tidegate/serving-config';
import { type FoundAnnotation, annotationOf } from './annotation-key.js';
import { type FieldErrors, NONE, fieldError, invalidValue, outOfBounds } from './field-errors.js';

type Annotations = ReadonlyMap<string, string>;

/** Prefix of the annotations, without its slash. */
export const AUTOSCALING_GROUP_NAME = 'autoscaling.knative.dev';
const LARGEST_INT32 = 2_147_483_647;
const NOT_WHOLE_SECONDS = 'must be specified with at most second precision';

const spelled = (...names: string[]): string[] => names.map((name) => `${AUTOSCALING_GROUP_NAME}/${name}`);
/** The keys, each with its older spelling. */
const KEYS = {
  class: spelled('class'),
  metric: spelled('metric'),
  algorithm: spelled('metric-aggregation-algorithm', 'metricAggregationAlgorithm'),
  target: spelled('target'),
  targetUtilization: spelled('target-utilization-percentage', 'targetUtilizationPercentage'),
  targetBurstCapacity: spelled('target-burst-capacity', 'targetBurstCapacity'),
  minScale: spelled('min-scale', 'minScale'),
  maxScale: spelled('max-scale', 'maxScale'),
  initialScale: spelled('initial-scale', 'initialScale'),
  activationScale: spelled('activation-scale'),
  scaleDownDelay: spelled('scale-down-delay', 'scaleDownDelay'),
  retentionPeriod: spelled('scale-to-zero-pod-retention-period', 'scaleToZeroPodRetentionPeriod'),
  window: spelled('window'),
  panicWindow: spelled('panic-window-percentage', 'panicWindowPercentage'),
  panicThreshold: spelled('panic-threshold-percentage', 'panicThresholdPercentage'),
};

/** Of a revision's or its template's annotations; paths are bare keys. */
export function validateAutoscalingAnnotations(config: AutoscalerConfig, annotations: Annotations): FieldErrors {
  const checked = (keys: readonly string[], check: (found: FoundAnnotation) => FieldErrors): FieldErrors => {
    const found = annotationOf(annotations, keys);
    return found ? check(found) : NONE;
  };
  return [
    ...checked(KEYS.class, classIsKnown),
    ...scaleBoundsFit(config, annotations),
    ...checked(KEYS.panicWindow, (found) => isWithin(found, PANIC_WINDOW_PERCENTAGE)),
    ...checked(KEYS.panicThreshold, (found) => isWithin(found, PANIC_THRESHOLD_PERCENTAGE)),
    ...checked(KEYS.target, targetIsLargeEnough),
    ...checked(KEYS.targetUtilization, (found) => isWithin(found, { min: 1, max: 100 })),
    ...checked(KEYS.targetBurstCapacity, burstCapacityIsKnown),
    ...checked(KEYS.window, ({ key, value }) => isDuration({ key, value }, WINDOW_MIN_MS, true)),
    ...checked(KEYS.retentionPeriod, (found) => isDuration(found, 0, false)),
    ...checked(KEYS.scaleDownDelay, (found) => isDuration(found, 0, true)),
    ...checked(KEYS.metric, ({ key, value }) => (metricIsKnown(config, annotations, value) ? NONE : invalidValue(value, key))),
    ...checked(KEYS.algorithm, (found) => algorithmIsKnown(found, annotations)),
    ...checked(KEYS.initialScale, (found) => initialScaleIsAllowed(found, config)),
  ];
}

function classIsKnown({ key, value }: FoundAnnotation): FieldErrors {
  return value.endsWith('.knative.dev') && value !== KPA_CLASS && value !== HPA_CLASS ? invalidValue(value, key) : NONE;
}

function algorithmIsKnown({ key, value }: FoundAnnotation, annotations: Annotations): FieldErrors {
  // Other autoscalers may know other algorithms.
  if (annotationOf(annotations, KEYS.class)?.value !== KPA_CLASS) return NONE;
  return ['', 'linear', 'weighted-exponential', 'weightedExponential'].includes(value) ? NONE : invalidValue(value, key);
}

function metricIsKnown(config: AutoscalerConfig, annotations: Annotations, metric: string): boolean {
  const autoscaler = annotationOf(annotations, KEYS.class)?.value ?? config.podAutoscalerClass;
  if (autoscaler === KPA_CLASS) return metric === 'concurrency' || metric === 'rps';
  return autoscaler !== HPA_CLASS || metric !== '';
}

function isWithin({ key, value }: FoundAnnotation, { min, max }: { min: number; max: number }): FieldErrors {
  const number = parseGoFloat(value);
  if (!number.ok) return invalidValue(value, key);
  return number.value < min || number.value > max ? outOfBounds(value, min, max, key) : NONE;
}

function targetIsLargeEnough({ key, value }: FoundAnnotation): FieldErrors {
  const number = parseGoFloat(value);
  if (!number.ok) return invalidValue(value, key);
  return number.value < TARGET_MIN ? fieldError(`target ${value} should be at least ${TARGET_MIN}`, key) : NONE;
}

function burstCapacityIsKnown({ key, value }: FoundAnnotation): FieldErrors {
  const number = parseGoFloat(value);
  return !number.ok || (number.value < 0 && number.value !== -1) ? invalidValue(value, key) : NONE;
}

function isDuration({ key, value }: FoundAnnotation, leastMs: number, wholeSeconds: boolean): FieldErrors {
  const duration = parseGoDuration(value);
  if (!duration.ok) return invalidValue(value, key);
  if (duration.value < leastMs || duration.value > WINDOW_MAX_MS)
    return outOfBounds(value, formatGoDuration(leastMs), formatGoDuration(WINDOW_MAX_MS), key);
  return wholeSeconds && duration.value % 1000 !== 0 ? fieldError(NOT_WHOLE_SECONDS, key) : NONE;
}

function initialScaleIsAllowed({ key, value }: FoundAnnotation, config: AutoscalerConfig): FieldErrors {
  const scale = parseGoInt(value, 64);
  if (!scale.ok) return invalidValue(value, key);
  if (scale.value < 0) return invalidValue(value, `${key} must be greater than 0`);
  return scale.value === 0 && !config.allowZeroInitialScale ? invalidValue(value, `${key}=0 not allowed by cluster`) : NONE;
}

function scaleBoundsFit(config: AutoscalerConfig, annotations: Annotations): FieldErrors {
  const min = scaleOf(annotationOf(annotations, KEYS.minScale));
  const max = scaleOf(annotationOf(annotations, KEYS.maxScale));
  const errors = [...min.errors, ...max.errors];
  if (max.scale !== 0 && max.scale < min.scale) {
    const paths = [KEYS.maxScale, KEYS.minScale].map(([newest = '']) => newest);
    errors.push(...fieldError(`max-scale=${max.scale} is less than min-scale=${min.scale}`, paths));
  }
  const maxKey = annotationOf(annotations, KEYS.maxScale)?.key;
  if (maxKey !== undefined && config.maxScaleLimit !== 0) {
    if (max.scale > config.maxScaleLimit) errors.push(...outOfBounds(max.scale, 1, config.maxScaleLimit, maxKey));
    if (max.scale === 0) errors.push(...fieldError(`max-scale=0 (unlimited), must be less than ${config.maxScaleLimit}`, maxKey));
  }
  const activation = annotationOf(annotations, KEYS.activationScale);
  return activation ? [...errors, ...activationScaleFits(activation, min.scale, max.scale)] : errors;
}

function activationScaleFits({ key, value }: FoundAnnotation, min: number, max: number): FieldErrors {
  const parsed = parseGoInt(value, 32);
  if (!parsed.ok) return invalidValue(value, key);
  const scale = parsed.value;
  if (min > scale) return fieldError(`min-scale=${min} is greater than activation-scale=${scale}`, key);
  if (max < scale && max !== 0) return fieldError(`max-scale=${max} is less than activation-scale=${scale}`, key);
  return scale < 2 ? fieldError(`activation-scale=${scale} must be greater than 1`, key) : NONE;
}

/** 0 when it is absent or malformed. */
function scaleOf(found: FoundAnnotation | undefined): { scale: number; errors: FieldErrors } {
  if (!found) return { scale: 0, errors: NONE };
  const { key, value } = found;
  const parsed = parseGoInt(value, 32);
  if (!parsed.ok && !parsed.error.endsWith('value out of range')) return { scale: 0, errors: invalidValue(value, key) };
  if (!parsed.ok || parsed.value < 0) return { scale: 0, errors: outOfBounds(value, 0, LARGEST_INT32, key) };
  return { scale: parsed.value, errors: NONE };
}
