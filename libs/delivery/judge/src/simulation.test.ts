import { defaultJudgeSettings } from './settings.js';
import { type SimulatedOutcome, type SimulatedVersion, simulateRelease } from './simulation.js';

const healthy: SimulatedVersion = { failureRate: 0.001, medianMs: 80, spread: 0.8 };
const steps = [
  { weight: 0.05, holdSeconds: 60 },
  { weight: 0.2, holdSeconds: 60 },
  { weight: 0.5, holdSeconds: 60 },
];
const settings = { ...defaultJudgeSettings, steps: steps.length };

/** `runs` releases with seeds 1, 2, 3, ... of a candidate that differs as told, 50 requests/s. */
function releases(runs: number, change: Partial<SimulatedVersion>): SimulatedOutcome[] {
  return Array.from({ length: runs }, (_, i) =>
    simulateRelease(
      { seed: i + 1, requestsPerSecond: 50, principal: healthy, candidate: { ...healthy, ...change }, steps, maximumSeconds: 1800 },
      settings,
      { stopAtSuspect: true },
    ),
  );
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

// The tables of a thousand runs are in tools/bench; these small ones guard them in the suite.
it('promotes equal versions', () => {
  const outcomes = releases(10, {});
  expect(outcomes.filter((o) => o.ended === 'Promoted')).toHaveLength(10);
});

it.each([
  { name: 'one point more failures', change: { failureRate: 0.011 }, within: 250 },
  { name: '20 % more latency', change: { medianMs: 96 }, within: 250 },
  { name: 'doubled latency', change: { medianMs: 160 }, within: 60 },
])('holds or rolls back $name', ({ change, within }) => {
  const outcomes = releases(8, change);
  expect(outcomes.filter((o) => o.ended === 'Suspect' || o.ended === 'Worse')).toHaveLength(8);
  expect(median(outcomes.map((o) => o.seconds))).toBeLessThan(within);
});

it('rolls back a broken version within seconds', () => {
  const outcomes = releases(20, { failureRate: 1 });
  expect(outcomes.every((o) => o.ended === 'Worse')).toBe(true);
  expect(median(outcomes.map((o) => o.seconds))).toBeLessThanOrEqual(3);
});
