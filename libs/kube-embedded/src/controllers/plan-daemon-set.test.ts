import type { ClusterNode, Pod } from '@tidegate/kube';
import type { DaemonSet } from './daemon-set-kind.js';
import { DAEMON_REVISION, planDaemonSet } from './plan-daemon-set.js';

const set = (spec: Partial<DaemonSet['spec']> = {}): DaemonSet => ({
  metadata: { name: 'd', uid: 'u', generation: 1 },
  spec: { template: { spec: { containers: [] } }, ...spec },
});
const node = (name: string, more: ClusterNode['spec'] = {}, labels: Record<string, string> = {}): ClusterNode => ({ metadata: { name, labels }, spec: more });
const pod = (on: string, hash: string, ready = true): Pod => ({
  metadata: { name: `p-${on}-${hash}`, uid: `${on}${hash}`, labels: { [DAEMON_REVISION]: hash }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'u', controller: true }] },
  spec: { nodeName: on, containers: [] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2024-01-01T00:00:00Z' }] },
});
const surge = (maxSurge: number | string): DaemonSet => set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } } });
const now = Date.parse('2024-01-02T00:00:00Z');
const { hash } = planDaemonSet(set(), [], [], now);

describe('a DaemonSet', () => {
  it.each([
    { name: 'a pod on each node', daemon: set(), nodes: [node('a'), node('b')], pods: [pod('a', hash)], create: ['b'], remove: [] },
    { name: 'nodes it selects', daemon: set({ template: { spec: { containers: [], nodeSelector: { disk: 'ssd' } } } }), nodes: [node('a'), node('b', {}, { disk: 'ssd' })], pods: [], create: ['b'], remove: [] },
    { name: 'not where a taint keeps it away', daemon: set(), nodes: [node('a', { taints: [{ key: 'x', effect: 'NoSchedule' }] })], pods: [], create: [], remove: [] },
    { name: 'cordoned nodes too', daemon: set(), nodes: [node('a', { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] })], pods: [], create: ['a'], remove: [] },
    { name: 'a node that is gone', daemon: set(), nodes: [], pods: [pod('a', hash)], create: [], remove: ['p-a-' + hash] },
    { name: 'one old pod at a time', daemon: set(), nodes: [node('a'), node('b')], pods: [pod('a', 'old'), pod('b', 'old')], create: [], remove: ['p-a-old'] },
    { name: 'no more while one is away', daemon: set(), nodes: [node('a'), node('b')], pods: [pod('a', hash, false), pod('b', 'old')], create: [], remove: [] },
    { name: 'an old pod that is broken anyway', daemon: set(), nodes: [node('a'), node('b')], pods: [pod('a', 'old', false), pod('b', 'old')], create: [], remove: ['p-a-old'] },
    { name: 'OnDelete waits for people', daemon: set({ updateStrategy: { type: 'OnDelete' } }), nodes: [node('a')], pods: [pod('a', 'old')], create: [], remove: [] },
    { name: 'new pods first, as many as may surge', daemon: surge(1), nodes: [node('a'), node('b')], pods: [pod('a', 'old'), pod('b', 'old')], create: ['a'], remove: [] },
    { name: 'a share of the nodes', daemon: surge('100%'), nodes: [node('a'), node('b')], pods: [pod('a', 'old'), pod('b', 'old')], create: ['a', 'b'], remove: [] },
    { name: 'waiting for a new pod that is not ready', daemon: surge(1), nodes: [node('a'), node('b')], pods: [pod('a', 'old'), pod('a', hash, false), pod('b', 'old')], create: [], remove: [] },
    { name: 'the old pod goes when the new one is there', daemon: surge(1), nodes: [node('a'), node('b')], pods: [pod('a', 'old'), pod('a', hash), pod('b', 'old')], create: ['b'], remove: ['p-a-old'] },
    { name: 'beside a broken one at once', daemon: surge(1), nodes: [node('a'), node('b')], pods: [pod('a', 'old', false), pod('b', 'old')], create: ['a', 'b'], remove: [] },
    { name: 'never two of a kind on a node', daemon: surge(1), nodes: [node('a')], pods: [pod('a', hash), pod('a', hash)], create: [], remove: ['p-a-' + hash] },
  ])('$name', ({ daemon, nodes, pods, create, remove }) => {
    const plan = planDaemonSet(daemon, nodes, pods, now);
    expect({ create: plan.create, remove: plan.remove.map((p) => p.metadata?.name) }).toEqual({ create, remove });
  });

  it('counts nodes, not pods, while it surges', () => {
    const plan = planDaemonSet(surge(1), [node('a'), node('b')], [pod('a', 'old'), pod('a', hash), pod('b', 'old')], now);
    expect(plan.status).toMatchObject({ currentNumberScheduled: 2, updatedNumberScheduled: 1, numberReady: 2, numberAvailable: 2, numberUnavailable: 0 });
  });

  it('counts', () => {
    const plan = planDaemonSet(set(), [node('a'), node('b'), node('c')], [pod('a', hash), pod('b', 'old', false)], now);
    expect(plan.status).toMatchObject({ desiredNumberScheduled: 3, currentNumberScheduled: 2, updatedNumberScheduled: 1, numberReady: 1, numberUnavailable: 2 });
  });
});
