import { defaultAutoscalerConfig } from '@tidegate/serving-config';
import { type Condition, type ConditionStatus, type PodAutoscaler, conditionOf } from '@tidegate/serving-contract';
import { type ScalingSettings, resolveSettings } from '../scaling-settings.js';
import { type StatusInput, activeFinding, leastReady, planStatus } from './plan-status.js';

const NOW = Date.parse('2026-01-02T03:04:05Z');

/** [wanted, ready pods, least, before] -> [status, reason]. */
type Row = [wanted: number, ready: number, least: number, before: ConditionStatus, status: ConditionStatus, reason: string | undefined];
it.each<Row>([
  [0, 0, 1, 'True', 'False', 'NoTraffic'],
  [0, 3, 1, 'False', 'False', 'NoTraffic'],
  [0, 0, 1, 'Unknown', 'False', 'TimedOut'],
  [0, 0, 0, 'Unknown', 'False', 'NoTraffic'],
  [2, 1, 2, 'True', 'Unknown', 'Queued'],
  [2, 1, 2, 'False', 'Unknown', 'Queued'],
  [2, 2, 2, 'Unknown', 'True', undefined],
  [2, 2, 2, 'False', 'True', undefined],
  [-1, 0, 1, 'False', 'False', 'NoTraffic'],
  [-1, 0, 1, 'Unknown', 'Unknown', 'Queued'],
  [-1, 0, 1, 'True', 'Unknown', 'Queued'],
  [-1, 0, 0, 'Unknown', 'False', 'NoTraffic'],
  [-1, 0, 0, 'True', 'False', 'NoTraffic'],
  [-1, 1, 1, 'Unknown', 'True', undefined],
  [-1, 1, 1, 'True', 'True', undefined],
  [-1, 1, 1, 'False', 'False', 'NoTraffic'],
])('wanted %d, ready %d of %d, %s before: Active is %s %s', (wanted, servingPods, least, before, status, reason) => {
  expect(activeFinding({ wanted, servingPods, least, before })).toMatchObject({ status, ...(reason ? { reason } : {}) });
});

const base: ScalingSettings = resolveSettings(
  { metadata: {}, spec: { scaleTargetRef: {}, protocolType: 'http1' } },
  defaultAutoscalerConfig,
  600_000,
);

it.each([
  { settings: {}, initialized: true, least: 1 },
  { settings: { minScale: 3 }, initialized: true, least: 3 },
  { settings: { initialScale: 4, minScale: 3 }, initialized: false, least: 4 },
  { settings: { initialScale: 0 }, initialized: false, least: 0 },
])('$settings, initialized $initialized, needs $least', ({ settings, initialized, least }) => {
  expect(leastReady({ ...base, ...settings }, initialized)).toBe(least);
});

const pa = (status?: PodAutoscaler['status']): PodAutoscaler => ({
  metadata: { name: 'r', namespace: 'n', generation: 3 },
  spec: { scaleTargetRef: { name: 'd' }, protocolType: 'http1' },
  status,
});
const input = (more: Partial<StatusInput> = {}): StatusInput => ({
  pa: pa(),
  settings: base,
  wanted: 1,
  servingPods: 1,
  readyPods: 1,
  serviceName: 'r',
  ...more,
});
const said = (conditions: readonly Condition[] | undefined): string[] => (conditions ?? []).map((c) => `${c.type} ${c.status}`);

it('is Ready once the pods are', () => {
  const waiting = planStatus(input({ servingPods: 0, readyPods: 0 }), NOW);
  expect(said(waiting.conditions)).toEqual(['Active Unknown', 'Ready Unknown', 'ScaleTargetInitialized Unknown']);
  const ready = planStatus(input({ pa: pa(waiting) }), NOW);
  expect(said(ready.conditions)).toEqual(['Active True', 'Ready True', 'ScaleTargetInitialized True']);
  expect(ready).toMatchObject({ observedGeneration: 3, serviceName: 'r', desiredScale: 1, actualScale: 1 });
});

it('stays initialized when it sleeps', () => {
  const awake = planStatus(input(), NOW);
  const asleep = planStatus(input({ pa: pa(awake), wanted: 0, servingPods: 0, readyPods: 1 }), NOW + 60_000);
  expect(said(asleep.conditions)).toEqual(['Active False', 'Ready False', 'ScaleTargetInitialized True']);
  expect(conditionOf(asleep.conditions, 'Active')).toMatchObject({ reason: 'NoTraffic', lastTransitionTime: '2026-01-02T03:05:05Z' });
  expect(asleep).toMatchObject({ desiredScale: 0, actualScale: 1 });
});

it('is not initialized without a Service', () => {
  expect(said(planStatus(input({ serviceName: undefined }), NOW).conditions)).toContain('ScaleTargetInitialized Unknown');
});

it('keeps what was wanted while nothing is known', () => {
  expect(planStatus(input({ pa: pa({ desiredScale: 4 }), wanted: -1 }), NOW).desiredScale).toBe(4);
  expect(planStatus(input({ wanted: -1 }), NOW).desiredScale).toBe(-1);
});

it('is the same when nothing changed', () => {
  const once = planStatus(input(), NOW);
  expect(planStatus(input({ pa: pa(once) }), NOW + 5_000)).toEqual(once);
});
