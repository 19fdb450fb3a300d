import type { HorizontalPodAutoscaler } from '@tidegate/kube';
import type { PodAutoscaler } from '@tidegate/serving-contract';
import { type ScalingAnnotations, readScalingAnnotations } from '../annotations.js';
import type { ScalingSettings } from '../scaling-settings.js';

const UNLIMITED = 2 ** 31 - 1;

type HpaSpec = NonNullable<HorizontalPodAutoscaler['spec']>;
type Metrics = NonNullable<HpaSpec['metrics']>;

/** The HorizontalPodAutoscaler, autoscaling/v2, of a revision of class hpa. Without a target it has no metrics, and Kubernetes takes its own. */
export function planHpa(pa: PodAutoscaler, settings: ScalingSettings): HorizontalPodAutoscaler {
  const { name = '', namespace, uid = '', labels, annotations } = pa.metadata ?? {};
  const asked = readScalingAnnotations(annotations);
  const { scaleTargetRef: target } = pa.spec;
  const spec: HpaSpec = {
    scaleTargetRef: { apiVersion: target.apiVersion, kind: target.kind ?? 'Deployment', name: target.name ?? '' },
    maxReplicas: settings.maxScale === 0 ? UNLIMITED : settings.maxScale,
    ...(settings.minScale > 0 ? { minReplicas: settings.minScale } : {}),
    ...(asked.target === undefined ? {} : { metrics: metricsFor(asked.metric ?? 'cpu', asked.target) }),
    ...behaviorFor(asked),
  };
  return {
    metadata: {
      name,
      namespace,
      labels,
      annotations,
      ownerReferences: [
        {
          apiVersion: pa.apiVersion ?? 'autoscaling.internal.knative.dev/v1alpha1',
          kind: pa.kind ?? 'PodAutoscaler',
          name,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec,
  };
}

function metricsFor(metric: string, target: number): Metrics {
  switch (metric) {
    case 'cpu':
      return [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: Math.ceil(target) } } }];
    case 'memory':
      return [
        { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: `${Math.trunc(target)}Mi` } } },
      ];
    default:
      return [
        { type: 'Pods', pods: { metric: { name: metric }, target: { type: 'AverageValue', averageValue: String(Math.trunc(target)) } } },
      ];
  }
}

function behaviorFor({ windowMs }: ScalingAnnotations): Pick<HpaSpec, 'behavior'> {
  if (windowMs === undefined) return {};
  const rules = { stabilizationWindowSeconds: Math.trunc(windowMs / 1000) };
  return { behavior: { scaleDown: rules, scaleUp: rules } };
}
