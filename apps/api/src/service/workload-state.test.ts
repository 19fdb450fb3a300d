import type { Deployment } from '@tidegate/kube';
import type { KnativeService, PodAutoscaler } from '@tidegate/serving-contract';
import { deploymentState, knativeState } from './workload-state.js';

const deployment = (status: Deployment['status'], generation = 1): Deployment => ({ metadata: { generation }, spec: { selector: {}, template: {} }, status: { observedGeneration: 1, ...status } });
const failing = [{ type: 'Progressing', status: 'False', message: 'ReplicaSet "x" has timed out progressing.' }];

it.each([
  { name: 'all ready', of: deployment({}), replicas: { wanted: 2, ready: 2, updated: 2 }, state: 'READY', why: 'All 2 pods are ready.' },
  { name: 'one ready', of: deployment({}), replicas: { wanted: 1, ready: 1, updated: 1 }, state: 'READY', why: 'Its pod is ready.' },
  { name: 'rolling out', of: deployment({}), replicas: { wanted: 3, ready: 3, updated: 1 }, state: 'PROGRESSING', why: '1 of 3 pods run the newest version.' },
  { name: 'fewer ready', of: deployment({}), replicas: { wanted: 3, ready: 1, updated: 3 }, state: 'DEGRADED', why: '1 of 3 pods are ready.' },
  { name: 'given up', of: deployment({ conditions: failing }), replicas: { wanted: 3, ready: 0, updated: 3 }, state: 'FAILED', why: 'ReplicaSet "x" has timed out progressing.' },
  { name: 'not seen yet', of: deployment({}, 2), replicas: { wanted: 1, ready: 1, updated: 1 }, state: 'PROGRESSING', why: 'A change has not been taken up yet.' },
  { name: 'stopped', of: deployment({ conditions: failing }), replicas: { wanted: 0, ready: 0, updated: 0 }, state: 'STOPPED', why: 'Scaled to zero by hand.' },
])('a Deployment: $name', ({ of, replicas, state, why }) => {
  expect(deploymentState(of, replicas)).toEqual({ state, why });
});

const ksvc = (status: 'True' | 'False' | 'Unknown', message = ''): KnativeService => ({
  metadata: { generation: 1 },
  spec: { template: { spec: { containers: [] } } },
  status: { observedGeneration: 1, conditions: [{ type: 'Ready', status, message, reason: '', lastTransitionTime: '' }] },
});
const scaler = (actualScale: number, desiredScale = actualScale): PodAutoscaler => ({ spec: { scaleTargetRef: {}, protocolType: 'http1' }, status: { actualScale, desiredScale } });

it.each([
  { name: 'awake', of: ksvc('True'), scalers: [scaler(2), scaler(1)], state: 'READY', why: '3 pods are awake.' },
  { name: 'asleep', of: ksvc('True'), scalers: [scaler(0)], state: 'ASLEEP', why: 'It has no pods; the next request wakes it.' },
  { name: 'waking', of: ksvc('True'), scalers: [scaler(0, 1)], state: 'PROGRESSING', why: 'It is waking up.' },
  { name: 'broken', of: ksvc('False', 'image not found'), scalers: [], state: 'FAILED', why: 'image not found' },
  { name: 'coming', of: ksvc('Unknown', 'deploying'), scalers: [], state: 'PROGRESSING', why: 'deploying' },
])('a Knative Service: $name', ({ of, scalers, state, why }) => {
  expect(knativeState(of, scalers)).toEqual({ state, why });
});
