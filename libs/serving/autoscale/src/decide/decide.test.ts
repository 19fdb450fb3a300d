import { type DecisionSettings, type DecisionState, beginDeciding, decide, decideToWake } from './decide.js';

const T = 1_700_000_000_000;
const EBC_TOLERANCE = 1;

/** As Knative's own tests begin: a total of a third more than the target, and rates of 10. */
function settings(target: number, burst: number, more: Partial<DecisionSettings> = {}): DecisionSettings {
  return {
    targetValue: target,
    totalValue: target / 0.75,
    panicThreshold: 2,
    stableWindowMs: 60_000,
    maxScaleUpRate: 10,
    maxScaleDownRate: 10,
    targetBurstCapacity: burst,
    activationScale: 1,
    scaleDownDelayMs: 0,
    initialScale: 1,
    reachable: true,
    ...more,
  };
}

/** [seconds, ready pods, stable, panic] -> [desired, excess burst capacity, panic or not]. */
type Step = [at: number, ready: number, stable: number, panic: number, desired: number, excess: number, mode: 'S' | 'P'];

interface Case {
  name: string;
  settings: DecisionSettings;
  /** Ready pods when the decider began. */
  startedWith?: number;
  /** Seconds before the first step when it began. */
  startedBefore?: number;
  steps: Step[];
}

const delays = { scaleDownDelayMs: 300_000, panicThreshold: 100, stableWindowMs: 0 };
/** config-autoscaler's defaults. */
const production: DecisionSettings = {
  ...settings(70, 211),
  totalValue: 100,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
};

const cases: Case[] = [
  { name: 'no load', settings: settings(10, 100), steps: [[0, 1, 0, 0, 0, -87, 'S']] },
  { name: 'unlimited burst', settings: settings(181, -1), steps: [[0, 1, 21, 26, 1, -1, 'S']] },
  { name: 'no burst', settings: settings(10, 0), steps: [[0, 1, 50, 49, 5, 0, 'P']] },
  { name: 'no deadline', settings: settings(10, 100), steps: [[0, 1, 50, 50, 5, -137, 'P']] },
  {
    name: 'stable above panic, in panic',
    settings: settings(1, 100, {}),
    startedWith: 5,
    steps: [[0, 5, 50, 30, 50, -124, 'P']],
  },
  { name: 'stable below panic, in panic', settings: settings(1, 100), startedWith: 5, steps: [[0, 5, 20, 30, 30, -124, 'P']] },
  { name: 'no change', settings: settings(10, 100), steps: [[0, 5, 50, 50, 5, -84, 'S']] },
  { name: 'up by a tenth', settings: settings(1, 1982, { maxScaleUpRate: 1.1 }), steps: [[0, 2, 3, 3.1, 3, -1983, 'P']] },
  { name: 'down by a tenth', settings: settings(10, 1982, { maxScaleDownRate: 1.1 }), steps: [[0, 100, 1, 1, 90, -650, 'S']] },
  {
    name: 'down at once when unreachable',
    settings: settings(10, 1982, { maxScaleDownRate: 1.1, reachable: false }),
    steps: [[0, 100, 1, 1, 1, -650, 'S']],
  },
  { name: 'panic above stable', settings: settings(10, 84), steps: [[0, 1, 50, 100, 10, -171, 'P']] },
  {
    name: 'up by the rate, then more',
    settings: settings(10, 61),
    steps: [
      [0, 1, 1000, 1001, 10, -1049, 'P'],
      [0, 10, 1000, 1001, 100, -929, 'P'],
    ],
  },
  {
    name: 'down by the rate',
    settings: settings(10, 61),
    steps: [
      [0, 100, 1, 1, 10, 1271, 'S'],
      [60, 10, 1, 1, 1, 71, 'S'],
    ],
  },
  { name: 'no ready pod', settings: settings(10, 81), steps: [[0, 0, 1000, 888, 10, -969, 'P']] },
  {
    name: 'panic and its end',
    settings: settings(10, 93),
    steps: [
      [0, 1, 100, 100, 10, -180, 'P'],
      [0, 10, 100, 1000, 100, -960, 'P'],
      [30, 10, 1, 1, 100, 39, 'P'],
      [60, 10, 1, 1, 100, 39, 'P'],
      [61, 10, 1, 1, 1, 39, 'S'],
    ],
  },
  {
    name: 'exponential growth',
    settings: settings(1, 101),
    steps: [
      [0, 1, 6, 6, 6, -106, 'P'],
      [1, 6, 36, 36, 36, -129, 'P'],
      [2, 36, 216, 216, 216, -269, 'P'],
      [3, 216, 1296, 1296, 1296, -1109, 'P'],
      [4, 1296, 1296, 1296, 1296, 331, 'P'],
    ],
  },
  {
    name: 'a panic that ends slowly',
    settings: settings(1, 98),
    steps: [
      [0, 10, 11, 25, 25, -110, 'P'],
      [30, 40, 30, 41, 41, -86, 'P'],
      [62, 55, 50, 56, 50, -81, 'S'],
    ],
  },
  {
    name: 'a panic that goes on',
    settings: settings(1, 98),
    steps: [
      [0, 10, 11, 25, 25, -110, 'P'],
      [30, 40, 30, 80, 80, -125, 'P'],
      [62, 80, 30, 30, 80, -22, 'P'],
      [91, 80, 30, 30, 30, -22, 'S'],
    ],
  },
  {
    name: 'stable load that grows',
    settings: settings(10, 101),
    steps: [
      [0, 1, 50, 10, 5, -98, 'S'],
      [0, 1, 100, 10, 10, -98, 'S'],
    ],
  },
  {
    name: 'stable load that falls',
    settings: settings(10, 98),
    startedWith: 0,
    steps: [
      [0, 8, 100, 100, 10, -92, 'S'],
      [0, 8, 50, 50, 5, -42, 'S'],
    ],
  },
  {
    name: 'requests per second',
    settings: settings(10, 100),
    steps: [
      [0, 1, 50, 50, 5, -137, 'P'],
      [1, 5, 100, 99, 10, -133, 'P'],
    ],
  },
  {
    name: 'wakes up with two',
    settings: settings(10, 75, { activationScale: 2 }),
    steps: [
      [0, 0, 0, 0, 0, -75, 'S'],
      [2, 0, 1, 1, 2, -76, 'S'],
    ],
  },
  {
    name: 'a delay of five minutes',
    settings: settings(10, 0, delays),
    startedBefore: 2,
    steps: [
      [2, 0, 40, 40, 4, 0, 'S'],
      [300, 0, 0, 0, 4, 0, 'S'],
      [302, 0, 0, 0, 0, 0, 'S'],
    ],
  },
  {
    name: 'a gradual decline under a delay',
    settings: settings(10, 0, delays),
    steps: [
      [540, 0, 40, 40, 4, 0, 'S'],
      [600, 0, 30, 30, 4, 0, 'S'],
      [660, 0, 0, 0, 4, 0, 'S'],
      [840, 0, 0, 0, 3, 0, 'S'],
      [900, 0, 0, 0, 0, 0, 'S'],
    ],
  },
  {
    name: 'no delay within one tick',
    settings: settings(10, 0, { ...delays, scaleDownDelayMs: 0 }),
    steps: [
      [0, 0, 40, 40, 4, 0, 'S'],
      [0, 0, 20, 20, 2, 0, 'S'],
    ],
  },
  { name: 'production: idle at zero', settings: production, steps: [[0, 0, 0, 0, 0, -211, 'S']] },
  { name: 'production: the first request', settings: production, steps: [[0, 0, 1, 1, 1, -212, 'S']] },
  { name: 'production: 70 at once', settings: production, steps: [[0, 1, 70, 70, 1, -181, 'S']] },
  { name: 'production: 71 at once', settings: production, steps: [[0, 1, 71, 71, 2, -182, 'P']] },
  { name: 'production: 141 at once', settings: production, steps: [[0, 1, 141, 141, 3, -252, 'P']] },
  { name: 'production: three idle', settings: production, steps: [[0, 3, 0, 0, 1, 89, 'S']] },
  { name: 'production: four idle', settings: production, steps: [[0, 4, 0, 0, 2, 189, 'S']] },
  {
    name: 'production: a burst of 1000',
    settings: production,
    steps: [
      [0, 1, 166.7, 1000, 15, -1111, 'P'],
      [2, 15, 200, 1000, 15, 289, 'P'],
      [30, 15, 1000, 1000, 15, 289, 'P'],
      [92, 15, 350, 350, 7, 939, 'S'],
      [154, 15, 350, 350, 7, 939, 'S'],
    ],
  },
  {
    name: 'production: decay',
    settings: production,
    steps: [
      [0, 20, 100, 100, 10, 1689, 'S'],
      [2, 10, 100, 100, 5, 689, 'S'],
      [4, 5, 100, 100, 2, 189, 'S'],
    ],
  },
];

const modeOf = (state: DecisionState): 'S' | 'P' => (state.panicSinceMs === undefined ? 'S' : 'P');

it.each(cases)('decides: $name', ({ settings: s, startedWith = 0, startedBefore = 0, steps }) => {
  let state = beginDeciding(s, startedWith, T - startedBefore * 1000);
  for (const [at, readyPods, stable, panic, desired, excess, mode] of steps) {
    state = decide(s, state, { readyPods, stable, panic }, T + at * 1000);
    expect([at, state.desired, modeOf(state)]).toEqual([at, desired, mode]);
    expect(Math.abs(state.excessBurstCapacity - excess)).toBeLessThanOrEqual(EBC_TOLERANCE);
  }
});

it('follows settings that change', () => {
  let state = decide(settings(10, 77), beginDeciding(settings(10, 77), 0, T), { readyPods: 1, stable: 100, panic: 101 }, T);
  expect(state.desired).toBe(10);
  state = decide(settings(1, 71), state, { readyPods: 10, stable: 100, panic: 100 }, T + 2_000);
  expect(state.desired).toBe(100);
});

it('forgets the delay of a revision that no route names any more', () => {
  const s = settings(10, 0, delays);
  let state = decide(s, beginDeciding(s, 0, T), { readyPods: 0, stable: 40, panic: 40 }, T);
  state = decide(s, state, { readyPods: 0, stable: 0, panic: 0 }, T + 2_000);
  expect(state.desired).toBe(4);
  state = decide({ ...s, reachable: false }, state, { readyPods: 0, stable: 0, panic: 0 }, T + 4_000);
  expect(state.desired).toBe(0);
});

describe('at the beginning', () => {
  it.each([
    { ready: 0, panic: 'S' },
    { ready: 1, panic: 'S' },
    { ready: 2, panic: 'P' },
  ])('with $ready ready pods it is in $panic', ({ ready, panic }) => {
    const state = beginDeciding(settings(10, 100), ready, T);
    expect([state.desired, modeOf(state)]).toEqual([-1, panic]);
  });

  it.each([
    { burst: -1, total: 13, initial: 1, excess: -1 },
    { burst: 0, total: 13, initial: 1, excess: 0 },
    { burst: 211, total: 100, initial: 1, excess: -111 },
    { burst: 211, total: 100, initial: 3, excess: 89 },
  ])('the excess burst capacity for $initial pods and a burst of $burst is $excess', ({ burst, total, initial, excess }) => {
    const s = { ...settings(10, burst), totalValue: total, initialScale: initial };
    expect(beginDeciding(s, 0, T).excessBurstCapacity).toBe(excess);
  });

  it('a restart does not shrink a revision of several pods for a stable window', () => {
    const s = settings(10, 100);
    let state = beginDeciding(s, 7, T);
    for (const at of [2, 30, 60]) {
      state = decide(s, state, { readyPods: 7, stable: 0, panic: 0 }, T + at * 1000);
      expect(state.desired).toBe(7);
    }
    expect(decide(s, state, { readyPods: 7, stable: 0, panic: 0 }, T + 61_000).desired).toBe(0);
  });
});

it('keeps one pod for a request that the windows do not show yet', () => {
  const s = settings(10, 100, { activationScale: 3 });
  const state = beginDeciding(s, 0, T);
  expect(decide(s, state, { readyPods: 0, stable: 0, panic: 0, open: 0 }, T).desired).toBe(0);
  expect(decide(s, state, { readyPods: 0, stable: 0, panic: 0, open: 1 }, T).desired).toBe(3);
});

describe('waking', () => {
  it.each([
    { name: 'one request', waiting: 1, desired: 1 },
    { name: 'nobody knows how many', waiting: 0, desired: 1 },
    { name: 'as many as one pod takes', waiting: 70, desired: 1 },
    { name: 'a burst', waiting: 1000, desired: 15 },
  ])('$name wants $desired', ({ waiting, desired }) => {
    expect(decideToWake(production, beginDeciding(production, 0, T), waiting, 0, T).desired).toBe(desired);
  });

  it('holds the pods of a burst for a stable window, though the window averages to less', () => {
    let state = decideToWake(production, beginDeciding(production, 0, T), 1000, 0, T);
    state = decide(production, state, { readyPods: 15, stable: 16, panic: 160 }, T + 2_000);
    expect([state.desired, modeOf(state)]).toEqual([15, 'P']);
    expect(decide(production, state, { readyPods: 15, stable: 16, panic: 16 }, T + 61_000).desired).toBe(7);
  });

  it('never asks for fewer than before', () => {
    const state: DecisionState = { desired: 9, mostPanicPods: 0, excessBurstCapacity: 0 };
    expect(decideToWake(production, state, 1, 9, T).desired).toBe(9);
  });

  it('keeps the rate of growth', () => {
    const slow = { ...production, maxScaleUpRate: 3 };
    expect(decideToWake(slow, beginDeciding(slow, 0, T), 1000, 0, T).desired).toBe(3);
  });
});
