import type { Pod, PodDisruptionBudget } from '@tidegate/kube';
import { planDisruptionBudget } from './plan-disruption-budget.js';

const now = Date.parse('2024-01-01T00:05:00Z');
const pods = (ready: number, notReady = 0): Pod[] =>
  Array.from({ length: ready + notReady }, (_, i) => ({
    metadata: { name: `p${i}` },
    status: { conditions: [{ type: 'Ready', status: i < ready ? 'True' : 'False' }] },
  }));
const budget = (spec: PodDisruptionBudget['spec'], disruptedPods?: Record<string, string>): PodDisruptionBudget => ({
  metadata: { name: 'b', generation: 2 },
  spec,
  ...(disruptedPods ? { status: { disruptedPods, currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 } } : {}),
});

it.each([
  { name: 'a number', spec: { minAvailable: 1 }, of: pods(3), whole: 3, allowed: 2 },
  { name: 'a share, rounded up', spec: { minAvailable: '50%' }, of: pods(3), whole: 3, allowed: 1 },
  { name: 'unavailable', spec: { maxUnavailable: 1 }, of: pods(3), whole: 3, allowed: 1 },
  { name: 'unavailable, and one is already', spec: { maxUnavailable: 1 }, of: pods(2, 1), whole: 3, allowed: 0 },
  { name: 'a share of what the owner wants, not of what is there', spec: { maxUnavailable: '50%' }, of: pods(2), whole: 4, allowed: 0 },
  { name: 'more wanted than there is', spec: { minAvailable: 5 }, of: pods(3), whole: 3, allowed: 0 },
  { name: 'nothing selected', spec: { minAvailable: 0 }, of: [], whole: 0, allowed: 0 },
])('$name', ({ spec, of, whole, allowed }) => {
  const { status } = planDisruptionBudget(budget(spec), of, whole, now);
  expect(status.disruptionsAllowed).toBe(allowed);
  expect(status.conditions?.[0]).toMatchObject({ status: allowed > 0 ? 'True' : 'False', observedGeneration: 2 });
});

it('counts an eviction that is under way until the pod goes or time is over', () => {
  const plan = planDisruptionBudget(budget({ minAvailable: 1 }, { p0: '2024-01-01T00:04:00Z', p1: '2024-01-01T00:01:00Z', gone: '2024-01-01T00:04:59Z' }), pods(3), 3, now);
  expect(plan.status).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1, disruptedPods: { p0: '2024-01-01T00:04:00Z' } });
  expect(plan.againInMs).toBe(60_000);
});
