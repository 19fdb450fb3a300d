import type { Deployment, Pod, ReplicaSet } from '@tidegate/kube';
import { deploymentStatus } from './deployment-status.js';
import { planDeployment } from './plan-deployment.js';
import { rollingNumbers } from './rolling-numbers.js';
import { sameTemplate, templateHash } from './template-hash.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const template = (version: string) => ({
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: `a:${version}` }] },
});
const deployment = (spec: Partial<NonNullable<Deployment['spec']>> = {}): Deployment => ({
  metadata: { name: 'd', namespace: 'n', uid: 'd', generation: 2 },
  spec: { replicas: 2, selector: { matchLabels: { app: 'a' } }, template: template('2'), ...spec },
});
const set = (version: string, replicas: number, at: number, annotations: Record<string, string> = {}): ReplicaSet => ({
  metadata: {
    name: `d-${version}`,
    uid: version,
    creationTimestamp: new Date(NOW + at).toISOString(),
    annotations: { 'deployment.kubernetes.io/revision': String(at), ...annotations },
  },
  spec: { replicas, selector: {}, template: template(version) },
  status: { replicas, availableReplicas: replicas, readyReplicas: replicas },
});
const scales = (plan: ReturnType<typeof planDeployment>): Record<string, number> =>
  Object.fromEntries(plan.scale.map((s) => [s.set.metadata?.name, s.replicas]));

describe('planDeployment', () => {
  it('makes the first ReplicaSet at full size', () =>
    expect(planDeployment(deployment(), [], [])).toMatchObject({ make: { replicas: 2 }, revision: 1 }));

  it('goes back to an old template by raising its revision', () => {
    const plan = planDeployment(deployment(), [set('2', 0, 1), set('3', 2, 2)], []);
    expect(plan.current?.metadata?.name).toBe('d-2');
    expect(plan.revision).toBe(3);
  });

  it('Recreate waits until the last old pod is gone', () => {
    const recreate = deployment({ strategy: { type: 'Recreate' } });
    expect(scales(planDeployment(recreate, [set('1', 2, 1)], []))).toEqual({ 'd-1': 0 });
    const ending: Pod = {
      metadata: {
        deletionTimestamp: 'x',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'd-1', uid: '1', controller: true }],
      },
    };
    expect(planDeployment(recreate, [set('1', 0, 1)], [ending]).make).toBeUndefined();
    expect(planDeployment(recreate, [set('1', 0, 1)], []).make).toEqual({ replicas: 2 });
  });

  it('a paused one makes no new ReplicaSet, but still changes size', () => {
    expect(planDeployment(deployment({ paused: true }), [set('1', 2, 1)], []).make).toBeUndefined();
    expect(scales(planDeployment(deployment({ paused: true, replicas: 5 }), [set('1', 2, 1)], []))).toEqual({ 'd-1': 5 });
  });

  it('a new size in the middle of a rollout keeps the proportion', () => {
    const size = { 'deployment.kubernetes.io/desired-replicas': '10', 'deployment.kubernetes.io/max-replicas': '13' };
    const plan = planDeployment(deployment({ replicas: 20 }), [set('1', 8, 1, size), set('2', 5, 2, size)], []);
    expect(scales(plan)).toEqual({ 'd-1': 15, 'd-2': 10 });
  });

  it('forgets the oldest of the old beyond the history limit', () => {
    const old = [1, 2, 3, 4].map((i) => set(`o${i}`, 0, i));
    const plan = planDeployment(deployment({ revisionHistoryLimit: 2 }), [...old, set('2', 2, 9)], []);
    expect(plan.forget.map((s) => s.metadata?.name)).toEqual(['d-o1', 'd-o2']);
  });
});

it.each([
  [10, '25%', '25%', { maxSurge: 3, maxUnavailable: 2 }],
  [1, '25%', '25%', { maxSurge: 1, maxUnavailable: 0 }],
  [4, 0, 0, { maxSurge: 0, maxUnavailable: 1 }],
  [3, undefined, undefined, { maxSurge: 1, maxUnavailable: 0 }],
])('%s replicas with surge %s and unavailable %s', (replicas, maxSurge, maxUnavailable, expected) => {
  expect(rollingNumbers(replicas, { maxSurge, maxUnavailable })).toEqual(expected);
});

it('a template is the same whatever the order of its keys and the hash label', () => {
  const a = {
    metadata: { labels: { app: 'a', 'pod-template-hash': 'x' } },
    spec: { containers: [{ name: 'c', image: 'i' }], hostNetwork: undefined },
  };
  const b = { spec: { containers: [{ image: 'i', name: 'c' }] }, metadata: { labels: { app: 'a' } } };
  expect(sameTemplate(a, b)).toBe(true);
  expect(templateHash(a, 0)).toBe(templateHash(b, 0));
  expect(templateHash(a, 1)).not.toBe(templateHash(a, 0));
});

describe('deploymentStatus', () => {
  const conditionOf = (d: Deployment, sets: ReplicaSet[], now = NOW) => {
    const { status, againInMs } = deploymentStatus(d, planDeployment(d, sets, []), now);
    return {
      status,
      againInMs,
      progressing: status.conditions?.find((c) => c.type === 'Progressing'),
      available: status.conditions?.find((c) => c.type === 'Available'),
    };
  };

  it('is complete and available', () => {
    const { progressing, available, status } = conditionOf(deployment(), [set('2', 2, 1)]);
    expect(progressing).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: 'ReplicaSet "d-2" has successfully progressed.',
    });
    expect(available).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
    expect(status).toMatchObject({ replicas: 2, updatedReplicas: 2, unavailableReplicas: 0, observedGeneration: 2 });
  });

  it('passes its deadline when nothing moves', () => {
    const stuck = { ...set('2', 2, 1), status: { replicas: 2 } };
    const d = deployment({ progressDeadlineSeconds: 60 });
    const first = conditionOf(d, [stuck]);
    expect(first).toMatchObject({ progressing: { reason: 'ReplicaSetUpdated' }, againInMs: 60_000, available: { status: 'False' } });
    d.status = first.status;
    expect(conditionOf(d, [stuck], NOW + 30_000)).toMatchObject({ progressing: { reason: 'ReplicaSetUpdated' }, againInMs: 31_000 });
    expect(conditionOf(d, [stuck], NOW + 61_000).progressing).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "d-2" has timed out progressing.',
    });
  });
});
