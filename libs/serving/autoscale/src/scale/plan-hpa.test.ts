import { defaultAutoscalerConfig } from '@tidegate/serving-config';
import type { PodAutoscaler } from '@tidegate/serving-contract';
import { resolveSettings } from '../scaling-settings.js';
import { planHpa } from './plan-hpa.js';

const P = 'autoscaling.knative.dev/';

function specFor(annotations: Record<string, string>) {
  const pa: PodAutoscaler = {
    metadata: {
      name: 'r',
      namespace: 'n',
      uid: 'u',
      labels: { app: 'r' },
      annotations: Object.fromEntries(Object.entries(annotations).map(([k, v]) => [P + k, v])),
    },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'r-deployment' }, protocolType: 'http1' },
  };
  return planHpa(pa, resolveSettings(pa, defaultAutoscalerConfig, 600_000));
}

it.each<{ name: string; annotations: Record<string, string>; spec: object }>([
  { name: 'no target', annotations: {}, spec: {} },
  { name: 'bounds', annotations: { 'min-scale': '2', 'max-scale': '5' }, spec: { minReplicas: 2, maxReplicas: 5 } },
  {
    name: 'processor',
    annotations: { metric: 'cpu', target: '50.5' },
    spec: {
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 51 } } }],
    },
  },
  {
    name: 'memory',
    annotations: { metric: 'memory', target: '200' },
    spec: { metrics: [{ type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '200Mi' } } }] },
  },
  {
    name: 'another metric',
    annotations: { metric: 'queue-length', target: '7' },
    spec: { metrics: [{ type: 'Pods', pods: { metric: { name: 'queue-length' }, target: { type: 'AverageValue', averageValue: '7' } } }] },
  },
  {
    name: 'a window',
    annotations: { window: '45s' },
    spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 45 }, scaleUp: { stabilizationWindowSeconds: 45 } } },
  },
])('plans $name', ({ annotations, spec }) => {
  const hpa = specFor({ class: 'hpa.autoscaling.knative.dev', ...annotations });
  expect(hpa.spec).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'r-deployment' },
    maxReplicas: 2_147_483_647,
    ...spec,
  });
});

it('belongs to its PodAutoscaler', () => {
  expect(specFor({}).metadata).toMatchObject({
    name: 'r',
    namespace: 'n',
    labels: { app: 'r' },
    ownerReferences: [{ kind: 'PodAutoscaler', name: 'r', uid: 'u', controller: true }],
  });
});
