import path from 'node:path';
import type { StrategySpecInput } from '@tidegate/delivery-contract';
import { golden } from '@tidegate/testing';
import { Journey } from '../test/journey.js';
import { imaginedCluster } from './replay/imagined-cluster.js';

const spec: StrategySpecInput = {
  service: 'reviews',
  principal: 'v1',
  candidate: 'v2',
  steps: [
    { weight: 5, hold: '10s' },
    { weight: 50, hold: '10s' },
  ],
  analysis: { warmup: '5s', tolerance: { errorRate: 2, latency: 50 }, minimumRequests: 50 },
};
const made: StrategySpecInput = { ...spec, candidatePatch: { image: 'reviews:2', env: [{ name: 'MODE', value: 'new' }] } };

function journeyOf(given: StrategySpecInput): Journey {
  const start = Date.parse('2026-01-05T09:00:00.000Z');
  return new Journey(imaginedCluster('reviews', given, start));
}

function expectGolden(name: string, journey: Journey): void {
  const text = `${journey.log.join('\n\n')}\n`;
  expect(text).toBe(golden(path.join(import.meta.dirname, 'testdata', `${name}.txt`), text));
}

it("promotes a good version, and the copy becomes the user's", () => {
  const journey = journeyOf(made);
  journey.settle();
  journey.run(400, { requestsPerSecond: 200, failing: {} });
  expect(journey.status.phase).toBe('Promoted');
  journey.settle();
  expect(journey.cluster.strategy.status?.promoted).toBe('v2');
  expect(journey.weights).toEqual({ 'reviews-version-v2': 10_000 });
  expect(journey.cluster.versions.get('v2')?.workload?.owned).toBe(false);
  expectGolden('good-version', journey);
});

it('rolls an erroring version back at once, and removes the copy later', () => {
  const journey = journeyOf(made);
  journey.settle();
  journey.run(100, { requestsPerSecond: 200, failing: { v2: 0.3 } });
  expect(journey.status.phase).toBe('RolledBack');
  expect(journey.status.decision?.reason).toMatch(/Guardrail|Worse/);
  expect(journey.weights).toEqual({ 'reviews-version-v1': 10_000 });
  journey.wait(31_000);
  journey.settle();
  expect(journey.cluster.versions.has('v2')).toBe(false);
  expectGolden('erroring-version', journey);
});

it('rolls a slow version back', () => {
  const journey = journeyOf(spec);
  journey.settle();
  journey.run(200, { requestsPerSecond: 200, failing: {}, latencyMs: { v2: 75 } });
  expect(journey.status.phase).toBe('RolledBack');
  expect(journey.status.verdict?.culprit).toMatch(/^latency/);
  expectGolden('slow-version', journey);
});
