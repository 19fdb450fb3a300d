import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const at = (version: string, name = ''): string => `/apis/autoscaling/${version}/namespaces/diff/horizontalpodautoscalers${name && `/${name}`}`;
// Who owns what is told in the words of the stored version alone.
const ignore = ['metadata.managedFields'];
/** Of one that nobody has looked at: a list that Go prints as null. */
const fresh = (call: RawCall): RawCall => ({ ...call, ignore: [...ignore, 'status.currentMetrics'] });
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const create = (version: string, name: string, spec: Record<string, unknown>, annotations?: Record<string, string>): RawCall => ({
  method: 'POST',
  path: at(version),
  body: {
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, ...(annotations ? { annotations } : {}) },
    spec: { scaleTargetRef, maxReplicas: 5, ...spec },
  },
  ignore,
});
const get = (version: string, name: string): RawCall => ({ path: at(version, name), ignore });
const patch = (version: string, name: string, body: unknown, type = 'application/merge-patch+json', subresource = ''): RawCall => ({
  method: 'PATCH',
  path: `${at(version, name)}${subresource}`,
  contentType: type,
  body,
  ignore,
});
const selector = { matchLabels: { a: 'b' } };
const described = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'i' };
const metrics = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
  { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '100Mi' } } },
  { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 70 } } },
  { type: 'Pods', pods: { metric: { name: 'requests', selector }, target: { type: 'AverageValue', averageValue: '10' } } },
  { type: 'Object', object: { describedObject: described, metric: { name: 'hits' }, target: { type: 'Value', value: '2k' } } },
  { type: 'Object', object: { describedObject: described, metric: { name: 'hits', selector }, target: { type: 'AverageValue', averageValue: '5' } } },
  { type: 'External', external: { metric: { name: 'queue', selector }, target: { type: 'Value', value: '30' } } },
  { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } } },
];
const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] }, scaleDown: { selectPolicy: 'Disabled', stabilizationWindowSeconds: 60 } };
const time = '2026-01-01T00:00:00Z';
const status = {
  currentReplicas: 2,
  desiredReplicas: 3,
  lastScaleTime: time,
  currentMetrics: [
    { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '50m' } } },
    { type: 'Pods', pods: { metric: { name: 'requests' }, current: { averageValue: '4' } } },
    { type: 'External', external: { metric: { name: 'queue' }, current: { value: '7' } } },
  ],
  conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: time, reason: 'ReadyForNewScale', message: 'fine' }],
};
const v1Metrics = JSON.stringify([{ type: 'Pods', pods: { metricName: 'hits', targetAverageValue: '3' } }]);

/** Recorded without Kubernetes' own autoscaler, which writes status: kube-controller-manager --controllers=*,-horizontal-pod-autoscaler-controller. */
export const autoscalerScenarios: Scenario[] = [
  {
    name: 'autoscalers in two versions',
    calls: [
      create('v1', 'plain', {}),
      fresh(get('v2', 'plain')),
      create('v1', 'by-cpu', { targetCPUUtilizationPercentage: 50, minReplicas: 2 }),
      fresh(get('v2', 'by-cpu')),
      fresh(create('v2', 'much', { metrics, behavior })),
      get('v1', 'much'),
      patch('v2', 'much', { status }, 'application/merge-patch+json', '/status'),
      get('v1', 'much'),
      patch('v1', 'much', { spec: { maxReplicas: 7, targetCPUUtilizationPercentage: 55 } }),
      get('v2', 'much'),
      patch('v1', 'by-cpu', [{ op: 'replace', path: '/spec/targetCPUUtilizationPercentage', value: 30 }], 'application/json-patch+json'),
      patch('v1', 'by-cpu', { spec: { minReplicas: 3 } }, 'application/strategic-merge-patch+json'),
      create('v1', 'annotated', { targetCPUUtilizationPercentage: 50 }, { 'autoscaling.alpha.kubernetes.io/metrics': v1Metrics, mine: 'stays' }),
      fresh(get('v2', 'annotated')),
      create('v1', 'bad', { maxReplicas: 0 }),
      create('v1', 'unknown', { metrics }),
      { path: `${at('v1')}?fieldSelector=metadata.name=by-cpu`, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json', ignore: ['rows.0.object'] },
      { path: `${at('v1')}?fieldSelector=metadata.name=plain`, ignore: ['items.0.metadata.managedFields'] },
    ],
    after: ['plain', 'by-cpu', 'much', 'annotated', 'unknown'].map((name) => ({ method: 'DELETE', path: at('v1', name) })),
  },
];
