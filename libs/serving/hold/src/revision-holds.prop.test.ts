import fc from 'fast-check';
import { type Grant, RevisionHolds } from './revision-holds.js';

const LIMITS = { leaseMs: 10_000, maxSlots: 1000, spreadMs: 1000 };
const PODS = ['a', 'b', 'c', 'd'];

type Step =
  | { do: 'arrive'; count: number; timeoutMs: number }
  | { do: 'leave'; index: number }
  | { do: 'pods'; exist: string[]; grantable: string[]; coming: number }
  | { do: 'end'; index: number; isKnown: boolean }
  | { do: 'pass'; ms: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 5 }), timeoutMs: fc.constantFrom(100, 5000, 60_000) }),
    fc.record({ do: fc.constant('leave' as const), index: fc.nat(20) }),
    fc.record({ do: fc.constant('pods' as const), exist: fc.subarray(PODS), grantable: fc.subarray(PODS), coming: fc.nat(2) }),
    fc.record({ do: fc.constant('end' as const), index: fc.nat(20), isKnown: fc.boolean() }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 50, 500, 4000) }),
  ),
  { maxLength: 60 },
);

/** The truth, kept beside: what is in flight where, in which order requests came. */
function play(plan: Step[], containerConcurrency: number): void {
  const holds = new RevisionHolds<number>('r', LIMITS);
  holds.setLimit(containerConcurrency);
  let now = 0;
  let nextId = 0;
  const waiting: number[] = [];
  const inFlight = new Map<string, { pod: string; since: number }>();
  let existing: string[] = [];
  const fates = { arrived: 0, granted: 0, left: 0, expired: 0 };

  const take = (grants: Grant<number>[]): void => {
    for (const { waiting: w, pod, slot } of grants) {
      // First come, first served.
      expect(w.id).toBe(waiting.shift());
      expect(existing).toContain(pod.name);
      inFlight.set(slot, { pod: pod.name, since: now });
      fates.granted += 1;
    }
    const perPod = new Map<string, number>();
    for (const { pod } of inFlight.values()) perPod.set(pod, (perPod.get(pod) ?? 0) + 1);
    if (containerConcurrency > 0) for (const count of perPod.values()) expect(count).toBeLessThanOrEqual(containerConcurrency);
  };

  for (const step of plan) {
    switch (step.do) {
      case 'arrive':
        for (let i = 0; i < step.count; i++) {
          const id = nextId++;
          holds.arrive({ id, arrivedAt: now, deadlineAt: now + step.timeoutMs, reply: id });
          waiting.push(id);
          fates.arrived += 1;
        }
        break;
      case 'leave': {
        const id = waiting[step.index];
        if (id === undefined) break;
        expect(holds.leave(id)).toBe(true);
        waiting.splice(step.index, 1);
        fates.left += 1;
        break;
      }
      case 'pods': {
        existing = step.exist;
        const pods = existing.map((name) => ({ name, address: `${name}:80`, isGrantable: step.grantable.includes(name) }));
        holds.setPods({ pods, coming: step.coming }, now);
        for (const [slot, { pod }] of inFlight) if (!existing.includes(pod)) inFlight.delete(slot);
        break;
      }
      case 'end': {
        const slot = [...inFlight.keys()][step.index];
        if (slot === undefined) break;
        // An end that is lost: the request is over, and nobody says so.
        if (step.isKnown) expect(holds.ended(slot, now)).toBe(true);
        else inFlight.set(slot, { pod: inFlight.get(slot)?.pod ?? '', since: -Infinity });
        if (step.isKnown) inFlight.delete(slot);
        break;
      }
      case 'pass':
        // Nothing that goes on is silent for long: the access log tells of it every two seconds.
        for (let left = step.ms; left > 0; left -= 500) {
          now += Math.min(500, left);
          for (const [slot, { since, pod }] of inFlight) if (since > -Infinity) holds.goesOn(slot, `${pod}:80`, now);
          const lostBefore = [...inFlight].filter(([, { since }]) => since === -Infinity);
          const freed = holds.reconcile(now);
          for (const [slot] of lostBefore.slice(0, freed)) inFlight.delete(slot);
        }
        for (const { id } of holds.takeExpired(now)) {
          waiting.splice(waiting.indexOf(id), 1);
          fates.expired += 1;
        }
        break;
    }
    take(holds.grant(now, 3));
  }
  expect(holds.waiting).toBe(waiting.length);
  expect(fates.granted + fates.left + fates.expired + waiting.length).toBe(fates.arrived);
  // In the end everybody is served as pods come free.
  const pods = PODS.map((name) => ({ name, address: `${name}:80`, isGrantable: true }));
  existing = PODS;
  holds.setPods({ pods, coming: 0 }, now);
  for (let i = 0; i < 2000 && waiting.length > 0; i++) {
    take(holds.grant(now, 10));
    for (const slot of [...inFlight.keys()]) {
      holds.ended(slot, now);
      inFlight.delete(slot);
    }
  }
  expect(waiting).toEqual([]);
}

for (const containerConcurrency of [0, 1, 3]) {
  it(`with a limit of ${containerConcurrency}: first come first served, never too many on a pod, nothing lost`, () => {
    fc.assert(
      fc.property(steps, (plan) => play(plan, containerConcurrency)),
      { numRuns: 400 },
    );
  });
}
