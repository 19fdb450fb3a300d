import type { HorizontalPodAutoscaler, Pod } from '@tidegate/kube';
import type { MeasuredUsage } from '../api/metrics-answers.js';
import { type AutoscalerInput, planAutoscaler } from './plan-autoscaler.js';

const now = Date.parse('2024-01-01T00:00:00Z');
const pod = (name: string, ready = true): Pod => ({
  metadata: { name, namespace: 'n' },
  spec: { containers: [{ name: 'c', resources: { requests: { cpu: '100m', memory: '100Mi' } } }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const usage = (name: string, milli: number): MeasuredUsage => ({
  name,
  namespace: 'n',
  labels: {},
  windowSeconds: 15,
  usage: { cores: milli / 1000, memoryBytes: 50 * 2 ** 20 },
  containers: [{ name: 'c', usage: { cores: milli / 1000, memoryBytes: 50 * 2 ** 20 } }],
});
const cpu = (averageUtilization: number) => ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } });

function input(milli: number[], spec: Partial<NonNullable<HorizontalPodAutoscaler['spec']>> = {}, more: Partial<AutoscalerInput> = {}): AutoscalerInput {
  const pods = milli.map((_, i) => pod(`p${i}`));
  return {
    autoscaler: { metadata: { name: 'h', namespace: 'n', generation: 1 }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, minReplicas: 1, maxReplicas: 10, metrics: [cpu(50)], ...spec } },
    replicas: milli.length,
    pods,
    usageOf: (p) => (Number.isNaN(milli[pods.indexOf(p)]) ? undefined : usage(p.metadata?.name ?? '', milli[pods.indexOf(p)] ?? 0)),
    memory: { wanted: [], scaled: [] },
    now,
    ...more,
  };
}

describe('an autoscaler', () => {
  it.each([
    { name: 'twice the load', given: input([100, 100]), to: 4 },
    { name: 'within a tenth', given: input([54, 54]), to: undefined },
    { name: 'half the load', given: input([25, 25, 25, 25]), to: 2 },
    { name: 'no more than the maximum', given: input([100, 100], { maxReplicas: 3 }), to: 3 },
    { name: 'no less than the minimum', given: input([1, 1, 1], { minReplicas: 2 }), to: 2 },
    { name: 'at most four pods or twice as many at once', given: input([100], { metrics: [cpu(5)] }), to: 5 },
    { name: 'the metric that wants most', given: input([50, 50], { metrics: [cpu(50), { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '25Mi' } } }] }), to: 4 },
    { name: 'a pod without readings is idle when more are wanted', given: input([100, Number.NaN]), to: undefined },
    { name: 'and busy when fewer are', given: input([10, Number.NaN, 10, 10]), to: 2 },
    { name: 'asleep', given: input([]), to: undefined },
    { name: 'nothing measured', given: input([Number.NaN]), to: undefined },
  ])('$name', ({ given, to }) => {
    expect(planAutoscaler(given).scaleTo).toBe(to);
  });

  it('waits before it takes pods away', () => {
    const busy = { wanted: [{ at: now - 60_000, replicas: 4 }], scaled: [] };
    expect(planAutoscaler(input([10, 10, 10, 10], {}, { memory: busy })).scaleTo).toBeUndefined();
    const long = { wanted: [{ at: now - 301_000, replicas: 4 }], scaled: [] };
    expect(planAutoscaler(input([10, 10, 10, 10], {}, { memory: long })).scaleTo).toBe(1);
  });

  it('counts what it did lately against its policies', () => {
    const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] } };
    expect(planAutoscaler(input([100, 100], { behavior, metrics: [cpu(10)] })).scaleTo).toBe(4);
    const lately = { wanted: [], scaled: [{ at: now - 30_000, change: 2 }] };
    expect(planAutoscaler(input([100, 100], { behavior, metrics: [cpu(10)] }, { memory: lately })).scaleTo).toBeUndefined();
  });

  it('says what it sees and why it does nothing', () => {
    expect(planAutoscaler(input([100, 100])).status).toMatchObject({
      currentReplicas: 2,
      desiredReplicas: 4,
      currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 100, averageValue: '100m' } } }],
    });
  });

  const value = { type: 'Value', value: '1' };
  const described = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'i' };
  const custom = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
  const missing = 'unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)';
  it.each([
    { metric: { type: 'Pods', pods: { metric: { name: 'requests' }, target: value } }, says: `unable to get metric requests: ${custom}` },
    { metric: { type: 'Object', object: { describedObject: described, metric: { name: 'hits' }, target: value } }, says: `unable to get metric hits on Ingress n/i: ${custom}` },
    { metric: { type: 'External', external: { metric: { name: 'queue' }, target: value } }, says: `unable to get external metric n/queue/nil: ${missing}` },
    {
      metric: { type: 'External', external: { metric: { name: 'queue', selector: { matchLabels: { a: 'b' } } }, target: value } },
      says: `unable to get external metric n/queue/&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}: ${missing}`,
    },
  ])('says as Kubernetes that nobody serves $metric.type metrics', ({ metric, says }) => {
    const { conditions } = planAutoscaler(input([100], { metrics: [metric] })).status;
    const message = `the HPA was unable to compute the replica count: ${says}`;
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'ScalingActive', status: 'False', reason: `FailedGet${metric.type}Metric`, message }));
  });
});
