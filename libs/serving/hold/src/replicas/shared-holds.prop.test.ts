import fc from 'fast-check';
import { type Caller, World } from '../../test/replicas-world.js';

type Step =
  | { do: 'arrive'; at: number; revision: number; count: number; timeoutMs: number }
  | { do: 'leave' | 'end' | 'kill' | 'goAway' | 'look' | 'cut' | 'heal'; index: number; hearer: number }
  | { do: 'join' }
  | { do: 'deliver'; way: number; count: number }
  | { do: 'pass'; ms: number };

const pick = (name: 'leave' | 'end' | 'kill' | 'goAway' | 'look' | 'cut' | 'heal') =>
  fc.record({ do: fc.constant(name), index: fc.nat(20), hearer: fc.nat(3) });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('arrive' as const),
        at: fc.nat(3),
        revision: fc.nat(1),
        count: fc.integer({ min: 1, max: 3 }),
        timeoutMs: fc.constantFrom(2_000, 60_000),
      }),
    },
    { weight: 6, arbitrary: pick('end') },
    { weight: 1, arbitrary: pick('leave') },
    { weight: 1, arbitrary: pick('kill') },
    { weight: 1, arbitrary: pick('goAway') },
    { weight: 2, arbitrary: pick('look') },
    { weight: 1, arbitrary: pick('cut') },
    { weight: 1, arbitrary: pick('heal') },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const) }) },
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant('deliver' as const), way: fc.nat(10), count: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(100, 500, 3_000, 12_000) }) },
  ),
  { maxLength: 80, size: 'max' },
);

async function play(plan: readonly Step[], limit: number): Promise<void> {
  const world = new World(limit, ['r0', 'r1'], ['p0', 'p1']);
  let names = 0;
  world.join(`m${names++}`);
  world.join(`m${names++}`);
  await world.pass(12_000);
  const replica = (index: number) => world.living[index % Math.max(1, world.living.length)];
  for (const step of plan) {
    const one = 'index' in step ? replica(step.index) : undefined;
    switch (step.do) {
      case 'arrive': {
        const at = replica(step.at);
        for (let i = 0; at && i < step.count; i++) world.check(at, `r${step.revision}`, step.timeoutMs);
        break;
      }
      case 'leave': {
        const caller = world.callers.filter((c: Caller) => !c.answer)[step.index];
        if (caller) world.leave(caller);
        break;
      }
      case 'end': {
        const slots = [...world.inFlight.keys()];
        world.end(slots[step.index % Math.max(1, slots.length)] ?? '', step.hearer);
        break;
      }
      case 'kill':
        if (one && world.living.length > 1) world.kill(one);
        break;
      case 'goAway':
        if (one && world.living.length > 1) world.goAway(one);
        break;
      case 'look':
        if (one) world.look(one);
        break;
      case 'cut':
        if (one) world.cut(one);
        break;
      case 'heal':
        if (one) world.heal(one);
        break;
      case 'join':
        if (world.living.length < 4) world.join(`m${names++}`);
        break;
      case 'deliver':
        await world.deliver(step.way, step.count);
        break;
      case 'pass':
        await world.pass(step.ms);
        break;
    }
    for (const [address, most] of world.most)
      expect(`${address} ${most <= limit ? 'within the limit' : most}`).toBe(`${address} within the limit`);
  }
  // In the end everybody has an answer: whoever is left serves all who wait.
  for (const one of world.living) world.heal(one);
  for (let i = 0; i < 100 && world.callers.some((c) => !c.answer); i++) {
    await world.pass(1_000);
    for (const slot of [...world.inFlight.keys()]) world.end(slot, i);
  }
  expect(world.callers.filter((c) => !c.answer)).toEqual([]);
  for (const most of world.most.values()) expect(most).toBeLessThanOrEqual(limit);
}

/** Plans that once broke it. */
const FOUND: Step[][] = [
  // Whoever is cut off from the API has slots from an owner that goes away in good order.
  [
    { do: 'kill', index: 0, hearer: 0 },
    { do: 'arrive', at: 0, revision: 0, count: 1, timeoutMs: 60_000 },
    { do: 'cut', index: 0, hearer: 0 },
    { do: 'join' },
    { do: 'join' },
    { do: 'pass', ms: 12_000 },
    { do: 'arrive', at: 0, revision: 0, count: 3, timeoutMs: 2_000 },
    { do: 'goAway', index: 16, hearer: 0 },
    { do: 'pass', ms: 12_000 },
  ],
];

for (const limit of [1, 2]) {
  it(`never grants more than ${limit} at once, whoever comes, goes, dies or is cut off, and answers everybody`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, (plan) => play(plan, limit)),
      { numRuns: 60, examples: FOUND.map((plan) => [plan]) },
    );
  }, 120_000);
}
