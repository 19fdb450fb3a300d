import * as fc from 'fast-check';
import { type DecisionSettings, beginDeciding, decide, decideToWake } from './decide.js';

const T = 1_700_000_000_000;

const settings: fc.Arbitrary<DecisionSettings> = fc
  .record({
    totalValue: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    panicThreshold: fc.double({ min: 1.1, max: 10, noNaN: true }),
    stableWindowMs: fc.integer({ min: 6, max: 3_600 }).map((s) => s * 1_000),
    maxScaleUpRate: fc.double({ min: 1.01, max: 1_000, noNaN: true }),
    maxScaleDownRate: fc.double({ min: 1.01, max: 10, noNaN: true }),
    targetBurstCapacity: fc.constantFrom(-1, 0, 211),
    activationScale: fc.constantFrom(1, 2, 5),
    scaleDownDelayMs: fc.constantFrom(0, 0, 10_000),
    initialScale: fc.integer({ min: 0, max: 5 }),
    reachable: fc.boolean(),
  })
  .map(({ share, ...rest }) => ({ ...rest, targetValue: Math.max(0.01, rest.totalValue * share) }));

const load = fc.record({
  readyPods: fc.integer({ min: 0, max: 500 }),
  stable: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })),
  panic: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })),
  open: fc.integer({ min: 0, max: 3 }),
});
const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), load), { minLength: 1, maxLength: 30 });

it('stays within its rates and never below zero; panic only grows', () => {
  fc.assert(
    fc.property(settings, fc.integer({ min: 0, max: 50 }), steps, (s, ready, all) => {
      let state = beginDeciding(s, ready, T);
      let now = T;
      let largest = Math.max(0, ready);
      for (const [ms, observed] of all) {
        now += ms;
        const next = decide(s, state, observed, now);
        const pods = Math.max(1, observed.readyPods);
        expect(Number.isInteger(next.desired)).toBe(true);
        expect(next.desired).toBeGreaterThanOrEqual(s.reachable && !state.delayed ? Math.floor(pods / s.maxScaleDownRate) : 0);
        largest = Math.max(largest, Math.ceil(s.maxScaleUpRate * pods), s.activationScale);
        expect(next.desired).toBeLessThanOrEqual(largest);
        if (state.panicSinceMs !== undefined && next.panicSinceMs !== undefined && (s.reachable === false || !state.delayed)) {
          expect(next.desired).toBeGreaterThanOrEqual(state.mostPanicPods);
        }
        if (observed.open > 0) expect(next.desired).toBeGreaterThanOrEqual(1);
        state = next;
      }
    }),
  );
});

it('decides the same again of the same', () => {
  fc.assert(
    fc.property(settings, load, fc.integer({ min: 0, max: 50 }), (s, observed, ready) => {
      const once = decide(s, beginDeciding(s, ready, T), observed, T + 2_000);
      expect(decide(s, once, observed, T + 2_000)).toEqual(once);
    }),
  );
});

it('a wake never shrinks, and is the same twice', () => {
  fc.assert(
    fc.property(settings, load, fc.integer({ min: 0, max: 2_000 }), (s, observed, waiting) => {
      const before = decide(s, beginDeciding(s, 0, T), observed, T);
      const woken = decideToWake(s, before, waiting, observed.readyPods, T);
      expect(woken.desired).toBeGreaterThanOrEqual(Math.max(1, before.desired));
      expect(decideToWake(s, woken, waiting, observed.readyPods, T).desired).toBe(woken.desired);
    }),
  );
});
