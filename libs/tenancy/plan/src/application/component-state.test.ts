import type { JsonObject } from '@tidegate/kube/json';
import { componentState } from './component-state.js';

interface Row {
  is: string;
  kind: string;
  state: string;
  spec?: JsonObject;
  status?: JsonObject;
  metadata?: JsonObject;
}
const condition = (type: string, status: string, reason = 'X'): JsonObject => ({ conditions: [{ type, status, reason }] });
const whole = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };

it.each<Row>([
  { is: 'a Deployment with all its pods', kind: 'Deployment.apps', spec: { replicas: 2 }, status: whole, state: 'Ready' },
  { is: 'one that misses a pod', kind: 'Deployment.apps', spec: { replicas: 2 }, status: { ...whole, readyReplicas: 1 }, state: 'InProgress' },
  { is: 'one on its way to a new version', kind: 'Deployment.apps', spec: { replicas: 2 }, status: { ...whole, updatedReplicas: 1 }, state: 'InProgress' },
  { is: 'one whose controller has not looked', kind: 'Deployment.apps', spec: { replicas: 0 }, state: 'InProgress' },
  { is: 'one that was looked at before the last change', kind: 'Deployment.apps', spec: { replicas: 2 }, status: { ...whole, observedGeneration: 1 }, state: 'InProgress' },
  { is: 'one that gave up', kind: 'Deployment.apps', spec: { replicas: 2 }, status: { ...whole, ...condition('Progressing', 'False', 'ProgressDeadlineExceeded') }, state: 'Failed' },
  { is: 'one scaled to zero', kind: 'Deployment.apps', spec: { replicas: 0 }, status: { observedGeneration: 2 }, state: 'Ready' },
  { is: 'a StatefulSet that rolls', kind: 'StatefulSet.apps', status: { observedGeneration: 2, replicas: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'b' }, state: 'InProgress' },
  { is: 'a StatefulSet', kind: 'StatefulSet.apps', status: { observedGeneration: 2, replicas: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'a' }, state: 'Ready' },
  { is: 'a DaemonSet that misses a node', kind: 'DaemonSet.apps', status: { observedGeneration: 2, desiredNumberScheduled: 2, numberReady: 1, numberAvailable: 1, updatedNumberScheduled: 2 }, state: 'InProgress' },
  { is: 'a ReplicaSet that may not make pods', kind: 'ReplicaSet.apps', status: { observedGeneration: 2, ...condition('ReplicaFailure', 'True') }, state: 'Failed' },
  { is: 'a claim without a volume', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' }, state: 'InProgress' },
  { is: 'a bound claim', kind: 'PersistentVolumeClaim', status: { phase: 'Bound' }, state: 'Ready' },
  { is: 'a Service', kind: 'Service', spec: { type: 'ClusterIP' }, state: 'Ready' },
  { is: 'a load balancer without address', kind: 'Service', spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} }, state: 'InProgress' },
  { is: 'a load balancer', kind: 'Service', spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } }, state: 'Ready' },
  { is: 'a pod that runs', kind: 'Pod', status: { phase: 'Running', ...condition('Ready', 'False') }, state: 'InProgress' },
  { is: 'a pod that serves', kind: 'Pod', status: { phase: 'Running', ...condition('Ready', 'True') }, state: 'Ready' },
  { is: 'a pod that is done', kind: 'Pod', status: { phase: 'Succeeded', ...condition('Ready', 'False', 'PodCompleted') }, state: 'Ready' },
  { is: 'a pod that failed', kind: 'Pod', status: { phase: 'Failed' }, state: 'Failed' },
  { is: 'a Job that runs', kind: 'Job.batch', status: { startTime: 'x', active: 1 }, state: 'InProgress' },
  { is: 'a Job that is done', kind: 'Job.batch', status: condition('Complete', 'True'), state: 'Ready' },
  { is: 'a Job that failed', kind: 'Job.batch', status: condition('Failed', 'True'), state: 'Failed' },
  { is: 'a budget that is kept', kind: 'PodDisruptionBudget.policy', status: { currentHealthy: 2, desiredHealthy: 1 }, state: 'Ready' },
  { is: 'a Knative Service that is ready', kind: 'Service.serving.knative.dev', status: { observedGeneration: 2, ...condition('Ready', 'True') }, state: 'Ready' },
  { is: 'a Knative Service of which nobody knows', kind: 'Service.serving.knative.dev', status: { observedGeneration: 2, ...condition('Ready', 'Unknown') }, state: 'InProgress' },
  { is: 'a Knative Service that is not', kind: 'Service.serving.knative.dev', status: { observedGeneration: 2, ...condition('Ready', 'False') }, state: 'InProgress' },
  { is: 'a Gateway without proxies', kind: 'Gateway.gateway.networking.k8s.io', status: condition('Programmed', 'False'), state: 'InProgress' },
  { is: 'a route that no Gateway took', kind: 'HTTPRoute.gateway.networking.k8s.io', status: { parents: [] }, state: 'InProgress' },
  { is: 'a route', kind: 'HTTPRoute.gateway.networking.k8s.io', status: { parents: [condition('Accepted', 'True')] }, state: 'Ready' },
  { is: 'a config map: it is there', kind: 'ConfigMap', state: 'Ready' },
  { is: 'something that is stalled', kind: 'Thing.example.com', status: condition('Stalled', 'True'), state: 'Failed' },
  { is: 'something that is ending', kind: 'ConfigMap', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, state: 'InProgress' },
])('$is is $state', ({ kind, state, spec = {}, status, metadata = {} }) => {
  const [name = '', ...group] = kind.split('.');
  expect(componentState({ group: group.join('.'), kind: name }, { metadata: { generation: 2, ...metadata }, spec, ...(status ? { status } : {}) })).toBe(state);
});
