import type { Pod, ReplicaSet } from '@tidegate/kube';
import { planReplicaSet } from './plan-replica-set.js';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const set = (replicas: number, minReadySeconds = 0): ReplicaSet => ({
  metadata: { name: 's', namespace: 'n', uid: 'set', generation: 3 },
  spec: { replicas, minReadySeconds, selector: { matchLabels: { app: 'a' } }, template: { metadata: { labels: { app: 'a' } } } },
});

interface Shape {
  name: string;
  owner?: string | null;
  app?: string;
  ready?: string;
  phase?: string;
  cost?: number;
  ending?: boolean;
  restarts?: number;
}
function pod({ name, owner = 'set', app = 'a', ready, phase = 'Running', cost, ending, restarts = 0 }: Shape): Pod {
  return {
    metadata: {
      name,
      uid: name,
      labels: { app },
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': String(cost) } }),
      ...(owner ? { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 's', uid: owner, controller: true }] } : {}),
      ...(ending ? { deletionTimestamp: '2026-01-01T00:59:00Z' } : {}),
    },
    spec: { nodeName: 'embedded', containers: [] },
    status: {
      phase,
      conditions: ready ? [{ type: 'Ready', status: 'True', lastTransitionTime: ready }] : [],
      containerStatuses: [{ name: 'c', image: '', imageID: '', ready: Boolean(ready), restartCount: restarts }],
    },
  };
}
const names = (pods: Pod[]): (string | undefined)[] => pods.map((p) => p.metadata?.name);
const READY = '2026-01-01T00:10:00Z';

it('makes what is missing; pods that end or finished do not count', () => {
  const plan = planReplicaSet(
    set(3),
    [pod({ name: 'a', ready: READY }), pod({ name: 'b', ending: true, ready: READY }), pod({ name: 'c', phase: 'Failed' })],
    NOW,
  );
  expect(plan.create).toBe(2);
  expect(plan.status).toMatchObject({ replicas: 1, readyReplicas: 1, availableReplicas: 1, terminatingReplicas: 1, observedGeneration: 3 });
});

it('adopts pods without a controller, leaves others alone, releases its own that match no more', () => {
  const plan = planReplicaSet(
    set(2),
    [pod({ name: 'orphan', owner: null }), pod({ name: 'foreign', owner: 'other' }), pod({ name: 'strayed', app: 'b' })],
    NOW,
  );
  expect(names(plan.adopt)).toEqual(['orphan']);
  expect(names(plan.release)).toEqual(['strayed']);
  expect(plan.create).toBe(1);
});

it('removes in the order of Kubernetes: not ready, cheap, young in readiness, restarted', () => {
  const pods = [
    pod({ name: 'old', ready: '2026-01-01T00:10:00Z' }),
    pod({ name: 'new', ready: '2026-01-01T00:50:00Z' }),
    pod({ name: 'costly', ready: '2026-01-01T00:55:00Z', cost: 10 }),
    pod({ name: 'restarted', ready: '2026-01-01T00:10:00Z', restarts: 4 }),
    pod({ name: 'unready' }),
    pod({ name: 'pending', phase: 'Pending' }),
  ];
  expect(names(planReplicaSet(set(0), pods, NOW).remove)).toEqual(['pending', 'unready', 'new', 'restarted', 'old', 'costly']);
  expect(names(planReplicaSet(set(4), pods, NOW).remove)).toEqual(['pending', 'unready']);
});

it('says when a pod will be available without any event', () => {
  const plan = planReplicaSet(set(1, 30), [pod({ name: 'a', ready: '2026-01-01T00:59:50Z' })], NOW);
  expect(plan).toMatchObject({ againInMs: 20_000, status: { readyReplicas: 1, availableReplicas: 0 } });
});

it('makes and removes nothing once it is being deleted', () => {
  const ending = { ...set(3), metadata: { ...set(3).metadata, deletionTimestamp: READY } };
  expect(planReplicaSet(ending, [pod({ name: 'x', owner: null })], NOW)).toMatchObject({ create: 0, adopt: [], remove: [] });
});
