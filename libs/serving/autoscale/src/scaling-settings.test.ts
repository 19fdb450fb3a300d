import { type AutoscalerConfig, defaultAutoscalerConfig } from '@tidegate/serving-config';
import type { PodAutoscaler } from '@tidegate/serving-contract';
import { resolveSettings } from './scaling-settings.js';

const P = 'autoscaling.knative.dev/';
const DEADLINE_MS = 600_000;
/** As Knative's tests of targets: the whole target is aimed at. */
const whole: AutoscalerConfig = { ...defaultAutoscalerConfig, concurrencyTargetFraction: 1 };

function pa(annotations: Record<string, string> = {}, spec: Partial<PodAutoscaler['spec']> = {}): PodAutoscaler {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([k, v]) => [k.includes('/') ? k : P + k, v]));
  return {
    metadata: { name: 'r', namespace: 'n', annotations: prefixed },
    spec: { scaleTargetRef: { name: 'd' }, protocolType: 'http1', ...spec },
  };
}
const settingsOf = (...args: Parameters<typeof pa>) => resolveSettings(pa(...args), defaultAutoscalerConfig, DEADLINE_MS);

it.each<{
  name: string;
  config?: Partial<AutoscalerConfig>;
  annotations?: Record<string, string>;
  cc?: number;
  target: number;
  total: number;
}>([
  { name: 'defaults', target: 100, total: 100 },
  { name: '80 %', config: { concurrencyTargetFraction: 0.8 }, target: 80, total: 100 },
  { name: 'a limit and a utilization', annotations: { 'target-utilization-percentage': '75' }, cc: 12, target: 9, total: 12 },
  { name: 'a limit of 1 at 80 %', config: { concurrencyTargetFraction: 0.8 }, cc: 1, target: 0.8, total: 1 },
  { name: 'a tiny target', config: { concurrencyTargetFraction: 0.001 }, annotations: { target: '1' }, target: 0.01, total: 1 },
  { name: 'a target below the limit', annotations: { target: '1' }, cc: 10, target: 1, total: 1 },
  { name: 'a target without a limit', annotations: { target: '500' }, target: 500, total: 500 },
  { name: 'a target above the limit', annotations: { target: '10' }, cc: 1, target: 1, total: 1 },
  { name: 'rps', annotations: { metric: 'rps' }, target: 140, total: 200 },
  { name: 'rps with a target', annotations: { metric: 'rps', target: '1' }, target: 0.7, total: 1 },
  { name: 'rps with a utilization', annotations: { metric: 'rps', targetUtilizationPercentage: '75' }, target: 150, total: 200 },
  { name: 'rps with a larger target', annotations: { metric: 'rps', target: '300' }, cc: 10, target: 210, total: 300 },
])('target: $name', ({ config, annotations, cc, target, total }) => {
  const settings = resolveSettings(pa(annotations, { containerConcurrency: cc }), { ...whole, ...config }, DEADLINE_MS);
  expect(settings.targetValue).toBeCloseTo(target, 9);
  expect(settings.totalValue).toBe(total);
});

it('takes the operators’ values where the revision says nothing', () => {
  expect(settingsOf()).toEqual({
    class: 'kpa.autoscaling.knative.dev',
    metric: 'concurrency',
    targetValue: 70,
    totalValue: 100,
    panicThreshold: 2,
    stableWindowMs: 60_000,
    panicWindowMs: 6_000,
    aggregation: 'linear',
    maxScaleUpRate: 1000,
    maxScaleDownRate: 2,
    targetBurstCapacity: 211,
    activationScale: 1,
    scaleDownDelayMs: 0,
    initialScale: 1,
    reachable: true,
    minScale: 0,
    maxScale: 0,
    enableScaleToZero: true,
    gracePeriodMs: 30_000,
    podRetentionMs: 0,
    progressDeadlineMs: DEADLINE_MS,
  });
});

it.each<{ name: string; annotations: Record<string, string> }>([
  { name: 'the newer spellings', annotations: { 'min-scale': '2', 'max-scale': '9', 'initial-scale': '3', 'scale-down-delay': '15s' } },
  { name: 'the older spellings', annotations: { minScale: '2', maxScale: '9', initialScale: '3', scaleDownDelay: '15s' } },
  {
    name: 'the newer before the older',
    annotations: { minScale: '7', 'min-scale': '2', 'max-scale': '9', 'initial-scale': '3', 'scale-down-delay': '15s' },
  },
])('reads $name', ({ annotations }) => {
  expect(settingsOf(annotations)).toMatchObject({ minScale: 2, maxScale: 9, initialScale: 3, scaleDownDelayMs: 15_000 });
});

it('reads windows, percentages and the rest', () => {
  const settings = settingsOf({
    class: 'hpa.autoscaling.knative.dev',
    window: '45s',
    'panic-window-percentage': '25',
    'panic-threshold-percentage': '150',
    'target-burst-capacity': '-1',
    'activation-scale': '3',
    'scale-to-zero-pod-retention-period': '1m5s',
    metricAggregationAlgorithm: 'weightedExponential',
    'serving.knative.dev/progress-deadline': '5s',
  });
  expect(settings).toMatchObject({
    class: 'hpa.autoscaling.knative.dev',
    stableWindowMs: 45_000,
    panicWindowMs: 11_000,
    panicThreshold: 1.5,
    targetBurstCapacity: -1,
    activationScale: 3,
    podRetentionMs: 65_000,
    aggregation: 'weighted-exponential',
    progressDeadlineMs: 5_000,
  });
});

it('has a panic window of at least a second', () => {
  expect(settingsOf({ window: '6s', 'panic-window-percentage': '1' }).panicWindowMs).toBe(1_000);
});

it('ignores what cannot be read', () => {
  expect(settingsOf({ 'min-scale': 'two', window: 'soon', target: '' })).toEqual(settingsOf());
});

it('lets a revision without routes go', () => {
  const settings = settingsOf({ 'min-scale': '2', 'scale-to-zero-pod-retention-period': '1m' }, { reachability: 'Unreachable' });
  expect(settings).toMatchObject({ reachable: false, minScale: 0, podRetentionMs: 0 });
});

it.each([
  { asked: '0', allowed: false, scale: 1 },
  { asked: '0', allowed: true, scale: 0 },
  { asked: '4', allowed: false, scale: 4 },
])('an initial scale of $asked, zero allowed: $allowed, is $scale', ({ asked, allowed, scale }) => {
  const config = { ...defaultAutoscalerConfig, allowZeroInitialScale: allowed };
  expect(resolveSettings(pa({ 'initial-scale': asked }), config, DEADLINE_MS).initialScale).toBe(scale);
});
