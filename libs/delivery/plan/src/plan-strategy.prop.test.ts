import fc from 'fast-check';
import { ACTION_ANNOTATION, ACTIONS, type StrategySpecInput } from '@tidegate/delivery-contract';
import { WHOLE } from '@tidegate/traffic-router';
import { Journey } from '../test/journey.js';
import { imaginedCluster } from './replay/imagined-cluster.js';

const spec = fc.record({
  type: fc.constantFrom('Canary' as const, 'BlueGreen' as const, 'Mirror' as const),
  weights: fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 4 }),
  gate: fc.constantFrom('Verdict' as const, 'Manual' as const, 'Time' as const),
  made: fc.boolean(),
  sticky: fc.boolean(),
  noData: fc.constantFrom('Hold' as const, 'Fail' as const, 'Pass' as const),
});

const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('traffic' as const),
      seconds: fc.integer({ min: 1, max: 8 }),
      failing: fc.constantFrom(0, 0, 0, 0.02, 0.5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('pods' as const),
      version: fc.constantFrom('v1', 'v2'),
      ready: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('hand' as const), action: fc.constantFrom(...ACTIONS) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('edit' as const) }) },
);

function specOf(asked: typeof spec extends fc.Arbitrary<infer T> ? T : never): StrategySpecInput {
  const isCanary = asked.type === 'Canary';
  const steps = [...asked.weights].sort((a, b) => a - b).map((w) => ({ weight: w / 100, hold: '5s', gate: asked.gate }));
  return {
    service: 'reviews',
    principal: 'v1',
    candidate: 'v2',
    type: asked.type,
    ...(isCanary ? { steps } : {}),
    ...(isCanary && asked.sticky ? { sticky: { cookie: {} } } : {}),
    ...(asked.made ? { candidatePatch: { image: 'reviews:2' } } : {}),
    analysis: { warmup: '2s', minimumRequests: 10, noData: asked.noData, noDataAfter: '10s', maximumDuration: '1m', atMaximum: 'Promote' },
    progressDeadline: '30s',
  };
}

/** What must hold after every plan, whatever happened. */
function expectInvariants(journey: Journey): void {
  const weights = Object.entries(journey.weights);
  if (journey.cluster.routes.length > 0) expect(weights.reduce((sum, [, w]) => sum + w, 0)).toBe(WHOLE);
  // Nothing is left to write: planning on the applied result answers nothing.
  expect(journey.plan().actions.filter((a) => a.do !== 'event')).toEqual([]);
  const services = new Set(journey.cluster.services.map((s) => s.metadata?.name));
  const ready = (backend: string): number => journey.cluster.versions.get(backend.split('-version-')[1] ?? '')?.ready ?? 0;
  const anyReady = weights.some(([name]) => ready(name) > 0);
  for (const [name, weight] of weights) {
    expect(services).toContain(name);
    // The candidate never gets a request while it has no ready pod and the principal has one.
    if (name.endsWith('v2') && weight > 0 && weight < WHOLE && anyReady && ready('x-version-v1') > 0)
      expect(ready(name)).toBeGreaterThan(0);
  }
}

it('keeps weights whole, names only what exists, and settles, whatever happens', () => {
  fc.assert(
    fc.property(spec, fc.array(happening, { maxLength: 25 }), (asked, happenings) => {
      const journey = new Journey(imaginedCluster('reviews', specOf(asked), Date.parse('2026-01-05T09:00:00Z')));
      journey.settle();
      expectInvariants(journey);
      for (const h of happenings) {
        if (h.what === 'traffic') journey.run(h.seconds, { requestsPerSecond: 100, failing: { v2: h.failing } });
        if (h.what === 'wait') journey.wait(h.ms);
        if (h.what === 'pods') {
          const versions = new Map(journey.cluster.versions);
          const found = versions.get(h.version);
          if (found) versions.set(h.version, { ...found, ready: h.ready });
          journey.cluster = { ...journey.cluster, versions };
        }
        if (h.what === 'hand') {
          const releases = journey.cluster.releases.map((r) => ({
            ...r,
            metadata: { ...r.metadata, annotations: { [ACTION_ANNOTATION]: h.action } },
          }));
          journey.cluster = { ...journey.cluster, releases };
        }
        if (h.what === 'edit')
          journey.cluster = { ...journey.cluster, routes: journey.cluster.routes.map((r) => ({ ...r, spec: { rules: [] } })) };
        journey.settle();
        expectInvariants(journey);
      }
    }),
    { numRuns: 60 },
  );
});
