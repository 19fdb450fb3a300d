import * as fc from 'fast-check';
import { type ObservedPod, type PodsInput, type PodsPlan, planPods } from './plan-pods.js';

const pod = (name: string, more: Partial<ObservedPod> = {}): ObservedPod => ({
  name,
  ready: true,
  parked: false,
  open: 0,
  drained: false,
  createdMs: 0,
  ...more,
});
const parked = { parked: true };
const drained = { parked: true, drained: true };

interface Row {
  name: string;
  wanted: number;
  replicas: number;
  target?: number;
  pods: ObservedPod[];
  plan: Partial<PodsPlan>;
}

const rows: Row[] = [
  { name: 'nothing known', wanted: -1, replicas: 2, pods: [pod('a'), pod('b')], plan: {} },
  { name: 'nothing to do', wanted: 2, replicas: 2, target: 2, pods: [pod('a'), pod('b')], plan: {} },
  { name: 'grows', wanted: 5, replicas: 2, target: 5, pods: [pod('a'), pod('b')], plan: { replicas: 5 } },
  { name: 'grows from nothing', wanted: 1, replicas: 0, target: 1, pods: [], plan: { replicas: 1 } },
  { name: 'takes a parked pod back', wanted: 2, replicas: 2, target: 2, pods: [pod('a'), pod('b', parked)], plan: { unpark: ['b'] } },
  {
    name: 'takes a parked pod back and grows',
    wanted: 3,
    replicas: 2,
    target: 3,
    pods: [pod('a'), pod('b', drained)],
    plan: { unpark: ['b'], replicas: 3 },
  },
  {
    name: 'takes the busier parked pod back',
    wanted: 2,
    replicas: 3,
    target: 2,
    pods: [pod('a'), pod('b', { ...parked, open: 1 }), pod('c', { ...parked, open: 4 })],
    plan: { unpark: ['c'] },
  },
  {
    name: 'parks the pod with the fewest requests, and leaves the Deployment',
    wanted: 2,
    replicas: 3,
    target: 2,
    pods: [pod('a', { open: 2 }), pod('b', { open: 1 }), pod('c', { open: 5 })],
    plan: { park: ['b'] },
  },
  {
    name: 'of equal ones the youngest',
    wanted: 1,
    replicas: 2,
    target: 1,
    pods: [pod('a', { createdMs: 5 }), pod('b', { createdMs: 9 })],
    plan: { park: ['b'] },
  },
  {
    name: 'one that is not ready before any other',
    wanted: 1,
    replicas: 2,
    target: 1,
    pods: [pod('a'), pod('b', { ready: false, open: 3 })],
    plan: { park: ['b'] },
  },
  { name: 'waits for a parked pod that is busy', wanted: 1, replicas: 2, target: 1, pods: [pod('a'), pod('b', parked)], plan: {} },
  { name: 'shrinks by a drained one', wanted: 1, replicas: 2, target: 1, pods: [pod('a'), pod('b', drained)], plan: { replicas: 1 } },
  {
    name: 'shrinks by those that have drained',
    wanted: 1,
    replicas: 4,
    target: 1,
    pods: [pod('a'), pod('b', drained), pod('c', parked), pod('d', drained)],
    plan: { condemn: ['b', 'd'], replicas: 2 },
  },
  { name: 'shrinks by pods that do not exist', wanted: 1, replicas: 9, target: 1, pods: [pod('a')], plan: { replicas: 1 } },
  {
    name: 'parks all before zero',
    wanted: 0,
    replicas: 2,
    pods: [pod('a'), pod('b')],
    plan: { park: ['a', 'b'] },
  },
  { name: 'does not go to zero unasked', wanted: 0, replicas: 1, pods: [pod('a', drained)], plan: {} },
  { name: 'does not go to zero with a busy pod', wanted: 0, replicas: 1, target: 0, pods: [pod('a', parked)], plan: {} },
  { name: 'goes to zero', wanted: 0, replicas: 1, target: 0, pods: [pod('a', drained)], plan: { replicas: 0 } },
  {
    name: 'a ready parked pod takes the place of one that starts',
    wanted: 2,
    replicas: 3,
    target: 2,
    pods: [pod('a'), pod('b', { ready: false }), pod('c', drained)],
    plan: { park: ['b'], unpark: ['c'] },
  },
  {
    name: 'no ready pod is given up while another starts',
    wanted: 2,
    replicas: 3,
    target: 2,
    pods: [pod('a', { ready: false }), pod('b', { ready: false }), pod('c', { ...drained, ready: false })],
    plan: { replicas: 2 },
  },
];

it.each(rows)('$name', ({ wanted, replicas, target, pods, plan }) => {
  expect(planPods({ wanted, replicas, target, pods })).toEqual({ park: [], unpark: [], condemn: [], ...plan });
});

const inputs: fc.Arbitrary<PodsInput> = fc
  .record({
    wanted: fc.integer({ min: -1, max: 8 }),
    replicas: fc.integer({ min: 0, max: 10 }),
    asked: fc.boolean(),
    pods: fc.array(fc.record({ ready: fc.boolean(), parked: fc.boolean(), open: fc.nat(3), drained: fc.boolean(), createdMs: fc.nat(3) }), {
      maxLength: 10,
    }),
  })
  .map(({ asked, pods, ...rest }) => ({
    ...rest,
    target: asked && rest.wanted >= 0 ? rest.wanted : undefined,
    pods: pods.map((p, i) => ({ ...p, drained: p.drained && p.parked, name: `p${i}` })),
  }));

/** The pods after a plan was carried out. */
function after({ pods }: PodsInput, plan: PodsPlan): ObservedPod[] {
  return pods.map((p) =>
    plan.park.includes(p.name)
      ? { ...p, parked: true, drained: false }
      : plan.unpark.includes(p.name)
        ? { ...p, parked: false, drained: false }
        : p,
  );
}

it('never takes a pod that serves or is busy', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const plan = planPods(input);
      if (plan.replicas === undefined || plan.replicas >= input.replicas) return;
      const spared = input.pods.filter((p) => !p.drained || plan.unpark.includes(p.name)).length;
      expect(plan.replicas).toBeGreaterThanOrEqual(Math.min(spared, input.replicas));
      expect(plan.replicas).toBeGreaterThanOrEqual(input.target as number);
    }),
  );
});

it('leaves as many pods serving as are wanted, as far as there are any', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      if (input.wanted < 0) return;
      const next = after(input, planPods(input));
      const serving = next.filter((p) => !p.parked);
      expect(serving).toHaveLength(Math.min(input.wanted, input.pods.length));
      const ready = input.pods.filter((p) => p.ready).length;
      expect(serving.filter((p) => p.ready)).toHaveLength(Math.min(input.wanted, ready));
    }),
  );
});

it('asks for no more once it was carried out', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const plan = planPods(input);
      const again = planPods({ ...input, pods: after(input, plan), replicas: plan.replicas ?? input.replicas });
      expect([again.park, again.unpark]).toEqual([[], []]);
    }),
  );
});
