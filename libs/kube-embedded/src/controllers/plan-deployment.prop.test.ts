import type { Deployment, ReplicaSet } from '@tidegate/kube';
import fc from 'fast-check';
import { planDeployment } from './plan-deployment.js';
import { rollingNumbers } from './rolling-numbers.js';

const template = (version: string) => ({
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: `a:${version}` }] },
});

function deployment(replicas: number, maxSurge: number | string, maxUnavailable: number | string): Deployment {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
  return {
    metadata: { name: 'd', namespace: 'n', uid: 'd', generation: 1 },
    spec: { replicas, selector: { matchLabels: { app: 'a' } }, template: template('new'), strategy },
  };
}

function set(name: string, version: string, desired: number, available: number, at: number): ReplicaSet {
  return {
    metadata: {
      name,
      uid: name,
      creationTimestamp: new Date(at * 1000).toISOString(),
      annotations: { 'deployment.kubernetes.io/revision': String(at) },
    },
    spec: { replicas: desired, selector: {}, template: template(version) },
    status: { replicas: desired, availableReplicas: available },
  };
}

/** Lets each ReplicaSet reach its size, new pods available in any order and number that the run draws. */
function advance(sets: ReplicaSet[], draw: (most: number) => number): ReplicaSet[] {
  return sets.map((s) => {
    const desired = s.spec?.replicas ?? 0;
    const had = Math.min(desired, s.status?.availableReplicas ?? 0);
    return { ...s, status: { replicas: desired, availableReplicas: had + draw(desired - had) } };
  });
}

const available = (sets: ReplicaSet[]): number =>
  sets.reduce((sum, s) => sum + Math.min(s.spec?.replicas ?? 0, s.status?.availableReplicas ?? 0), 0);
const desired = (sets: ReplicaSet[]): number => sets.reduce((sum, s) => sum + (s.spec?.replicas ?? 0), 0);

it('a rolling update keeps its two promises at every step and arrives', () => {
  const numbers = fc.oneof(
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 100 }).map((p) => `${p}%`),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      numbers,
      numbers,
      fc.infiniteStream(fc.nat({ max: 12 })),
      (replicas, surge, unavailable, stream) => {
        const d = deployment(replicas, surge, unavailable);
        const { maxSurge, maxUnavailable } = rollingNumbers(replicas, d.spec?.strategy?.rollingUpdate);
        const draw = (most: number): number => Math.min(most, Number(stream.next().value ?? 0));
        let sets = [set('old', 'old', replicas, replicas, 1)];
        for (let step = 0; step < 400; step++) {
          const plan = planDeployment(d, sets, []);
          if (plan.make) sets = [...sets, set('new', 'new', plan.make.replicas, 0, 2)];
          sets = sets.map((s) => {
            const target = plan.scale.find((x) => x.set.metadata?.name === s.metadata?.name)?.replicas;
            return target === undefined ? s : { ...s, spec: { ...s.spec!, replicas: target } };
          });
          expect(desired(sets)).toBeLessThanOrEqual(replicas + maxSurge);
          expect(available(sets)).toBeGreaterThanOrEqual(replicas - maxUnavailable);
          // From the 300th step on everything that is wanted becomes available.
          sets = advance(sets, step < 300 ? draw : (most) => most);
        }
        expect(sets.map((s) => [s.metadata?.name, s.spec?.replicas])).toEqual([
          ['old', 0],
          ['new', replicas],
        ]);
      },
    ),
    { numRuns: 60 },
  );
});
