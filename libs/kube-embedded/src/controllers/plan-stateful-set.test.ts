import type { Pod, StatefulSet } from '@tidegate/kube';
import { REVISION_LABEL, planStatefulSet } from './plan-stateful-set.js';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const set = (spec: Partial<NonNullable<StatefulSet['spec']>> = {}): StatefulSet => ({
  metadata: { name: 'db', namespace: 'n', uid: 'db' },
  spec: { replicas: 3, selector: {}, serviceName: 'db', template: { spec: { containers: [{ name: 'c', image: 'i' }] } }, ...spec },
});
const REVISION = planStatefulSet(set(), [], NOW).revision;
const pod = (ordinal: number, { ready = true, ending = false, revision = REVISION, phase = 'Running' } = {}): Pod => ({
  metadata: {
    name: `db-${ordinal}`,
    labels: { [REVISION_LABEL]: revision },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'db', controller: true }],
    ...(ending ? { deletionTimestamp: 'now' } : {}),
  },
  status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
});

const rows: { name: string; of?: Parameters<typeof set>[0]; pods: Pod[]; create?: number[]; remove?: string[] }[] = [
  { name: 'makes the first', pods: [], create: [0] },
  { name: 'waits for the one before', pods: [pod(0, { ready: false })] },
  { name: 'makes the next', pods: [pod(0)], create: [1] },
  { name: 'fills a gap before going on', pods: [pod(0), pod(2)], create: [1] },
  { name: 'makes all at once when parallel', of: { podManagementPolicy: 'Parallel' }, pods: [pod(1, { ready: false })], create: [0, 2] },
  { name: 'removes from the end, one at a time', of: { replicas: 1 }, pods: [pod(0), pod(1), pod(2)], remove: ['db-2'] },
  { name: 'waits while one ends', of: { replicas: 1 }, pods: [pod(0), pod(1), pod(2, { ending: true })] },
  { name: 'removes nothing while one is not ready', of: { replicas: 1 }, pods: [pod(0, { ready: false }), pod(1)] },
  { name: 'renews from the end', pods: [pod(0, { revision: 'old' }), pod(1, { revision: 'old' }), pod(2)], remove: ['db-1'] },
  {
    name: 'renews only from the partition on',
    of: { updateStrategy: { rollingUpdate: { partition: 2 } } },
    pods: [pod(0, { revision: 'old' }), pod(1, { revision: 'old' }), pod(2)],
  },
  {
    name: 'renews nothing by itself when told so',
    of: { updateStrategy: { type: 'OnDelete' } },
    pods: [pod(0, { revision: 'old' }), pod(1), pod(2)],
  },
  { name: 'clears a failed one', pods: [pod(0), pod(1, { phase: 'Failed', ready: false })], remove: ['db-1'] },
];
it.each(rows)('$name', ({ of, pods, create = [], remove = [] }) => {
  const plan = planStatefulSet(set(of), pods, NOW);
  expect({ create: plan.create, remove: plan.remove.map((p) => p.metadata?.name) }).toEqual({ create, remove });
});

it('the old revision stays the current one until the last pod is renewed', () => {
  const old = { ...set(), status: { replicas: 3, currentRevision: 'old', updateRevision: 'old' } };
  expect(planStatefulSet(old, [pod(0, { revision: 'old' }), pod(1), pod(2)], NOW).status).toMatchObject({
    currentRevision: 'old',
    updateRevision: REVISION,
    updatedReplicas: 2,
    currentReplicas: 1,
  });
  expect(planStatefulSet(old, [pod(0), pod(1), pod(2)], NOW).status).toMatchObject({ currentRevision: REVISION, updatedReplicas: 3 });
});
