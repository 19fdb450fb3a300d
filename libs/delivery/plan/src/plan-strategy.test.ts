import { ACTION_ANNOTATION, ACTION_BY_ANNOTATION, HANDS_OFF_ANNOTATION, type StrategySpecInput } from '@tidegate/delivery-contract';
import type { HttpRoute } from '@tidegate/traffic-router';
import { Journey } from '../test/journey.js';
import type { Observed, ObservedVersion } from './observed.js';
import { imaginedCluster, type ImaginedOptions } from './replay/imagined-cluster.js';

const base: StrategySpecInput = {
  service: 'reviews',
  principal: 'v1',
  candidate: 'v2',
  steps: [
    { weight: 5, hold: '10s' },
    { weight: 50, hold: '10s' },
  ],
  analysis: { warmup: '2s', tolerance: { errorRate: 2, latency: 50 }, minimumRequests: 50, noDataAfter: '20s', maximumDuration: '5m' },
  progressDeadline: '1m',
};
const good = { requestsPerSecond: 200, failing: {} };
const v1 = 'reviews-version-v1';
const v2 = 'reviews-version-v2';

function begun(spec: Partial<StrategySpecInput> = {}, options: ImaginedOptions = {}): Journey {
  const journey = new Journey(imaginedCluster('reviews', { ...base, ...spec }, Date.parse('2026-01-05T09:00:00Z'), options), options);
  journey.settle();
  return journey;
}
function setVersion(journey: Journey, version: string, change: Partial<ObservedVersion>): void {
  const versions = new Map(journey.cluster.versions);
  versions.set(version, { ...(versions.get(version) ?? { version, ready: 0, pods: 0 }), ...change });
  journey.cluster = { ...journey.cluster, versions };
}
function setSpec(journey: Journey, change: Partial<Observed['spec']>): void {
  const spec = { ...journey.cluster.spec, ...change };
  journey.cluster = { ...journey.cluster, spec, strategy: { ...journey.cluster.strategy, spec } };
}
function hand(journey: Journey, action: string): void {
  const releases = journey.cluster.releases.map((r) =>
    r === journey.release
      ? { ...r, metadata: { ...r.metadata, annotations: { [ACTION_ANNOTATION]: action, [ACTION_BY_ANNOTATION]: 'alice' } } }
      : r,
  );
  journey.cluster = { ...journey.cluster, releases };
}
function changeRoute(journey: Journey, change: (route: HttpRoute) => HttpRoute): void {
  journey.cluster = { ...journey.cluster, routes: journey.cluster.routes.map(change) };
}
function events(journey: Journey): string[] {
  return journey.plans.flatMap((p) => p.actions.flatMap((a) => (a.do === 'event' ? [a.reason] : [])));
}

describe('pods', () => {
  it('waits until enough are ready for the weight, and says how many', () => {
    const journey = begun({ steps: [{ weight: 50, hold: '10s' }] }, { replicas: 4 });
    const second = begun({ steps: [{ weight: 50, hold: '10s' }] }, { replicas: 4 });
    expect(journey.weights).toEqual({ [v1]: 5000, [v2]: 5000 });
    second.cluster = imaginedCluster('reviews', { ...base, steps: [{ weight: 50, hold: '10s' }] }, second.now, { replicas: 4 });
    setVersion(second, 'v2', { ready: 1 });
    second.settle();
    expect(second.weights).toEqual({ [v1]: 10_000, [v2]: 0 });
    expect(second.status.message).toBe('v2 has 1 ready pod of the 2 that it needs for 50 % of the requests.');
  });

  it('is content with one when the Strategy says Immediately', () => {
    const journey = new Journey(imaginedCluster('reviews', { ...base, apply: 'Immediately' }, 0, { replicas: 40 }));
    setVersion(journey, 'v2', { ready: 1 });
    journey.settle();
    expect(journey.weights[v2]).toBe(500);
  });

  it('takes the weight away the moment the last one is gone, and gives it back', () => {
    const journey = begun();
    journey.run(3, good);
    const before = journey.cluster.versions.get('v2');
    setVersion(journey, 'v2', { ready: 0 });
    expect(journey.plan().urgent).toBe(false);
    journey.settle();
    expect(journey.weights).toEqual({ [v1]: 10_000 });
    expect(journey.status.phase).toBe('Preparing');
    setVersion(journey, 'v2', { ...before });
    journey.settle();
    expect(journey.weights[v2]).toBe(500);
  });

  it.each([
    ['never became ready', 0, 'CandidateNeverReady'],
    ['served and went away', 3, 'CandidateGone'],
  ])('rolls back a candidate that %s', (_, seconds, reason) => {
    const journey = seconds > 0 ? begun() : new Journey(imaginedCluster('reviews', base, 0));
    if (seconds > 0) journey.run(seconds, good);
    setVersion(journey, 'v2', { ready: 0, trouble: 'Pod p: ImagePullBackOff.' });
    journey.settle();
    journey.wait(61_000);
    journey.settle();
    expect(journey.status.decision?.reason).toBe(reason);
    expect(journey.status.decision?.message).toContain('ImagePullBackOff');
    expect(journey.status.phase).toBe('RolledBack');
  });

  it('rolls back a candidate that crashes in a loop without waiting', () => {
    const journey = begun();
    setVersion(journey, 'v2', { ready: 1, crashing: 'Container app of pod p crashed 3 times.' });
    journey.settle();
    expect(journey.status.decision?.reason).toBe('CandidateCrashes');
  });

  it('does not send requests back to a principal without pods', () => {
    const journey = begun();
    journey.run(3, good);
    setVersion(journey, 'v1', { ready: 0 });
    hand(journey, 'abort');
    journey.settle();
    expect(journey.status).toMatchObject({ phase: 'RollingBack', weight: 5 });
    expect(journey.weights).toEqual({ [v1]: 9500, [v2]: 500 });
    setVersion(journey, 'v1', { ready: 2 });
    journey.settle();
    expect(journey.status.phase).toBe('RolledBack');
  });
});

describe('hands', () => {
  it('pauses, goes on, and says who', () => {
    const journey = begun();
    hand(journey, 'pause');
    journey.settle();
    journey.run(60, good);
    expect(journey.status).toMatchObject({ phase: 'Paused', pausedBy: 'alice', step: 0 });
    hand(journey, 'resume');
    journey.settle();
    journey.run(60, good);
    expect(journey.status.phase).toBe('Promoted');
    expect(events(journey)).toEqual(expect.arrayContaining(['Paused', 'Resumed', 'Promoted']));
  });

  it('rolls a bad version back while paused', () => {
    const journey = begun();
    hand(journey, 'pause');
    journey.settle();
    journey.run(30, { requestsPerSecond: 200, failing: { v2: 0.5 } });
    expect(journey.status.phase).toBe('RolledBack');
  });

  it('opens one manual gate, not two', () => {
    const journey = begun({
      steps: [
        { weight: 5, hold: '1s', gate: 'Manual' },
        { weight: 50, hold: '1s', gate: 'Manual' },
      ],
    });
    journey.run(10, good);
    expect(journey.status).toMatchObject({ phase: 'Holding', reason: 'WaitsForApproval', step: 0 });
    hand(journey, 'promote');
    journey.settle();
    journey.run(10, good);
    expect(journey.status).toMatchObject({ phase: 'Holding', reason: 'WaitsForApproval', step: 1 });
  });

  it('takes a hand up once although its annotation is still there after a restart', () => {
    const journey = begun({ steps: [1, 2, 3].map((i) => ({ weight: i * 10, hold: '1s', gate: 'Manual' as const })) });
    journey.run(5, good);
    hand(journey, 'promote');
    const release = journey.release.metadata?.annotations;
    const plan = journey.plan();
    const write = plan.actions.find((a) => a.do === 'write-release-status');
    // The status was written and the process died: the annotation is still there.
    journey.cluster = {
      ...journey.cluster,
      releases: journey.cluster.releases.map((r) => ({ ...r, metadata: { ...r.metadata, annotations: release }, status: write?.status })),
    };
    journey.settle();
    journey.run(5, good);
    expect(journey.status.step).toBe(1);
  });

  it('promotes at once where there is no gate', () => {
    const journey = begun();
    hand(journey, 'promote');
    journey.settle();
    expect(journey.status).toMatchObject({ phase: 'Promoted', decision: { reason: 'PromotedByHand', by: 'alice' } });
  });

  it('takes a promotion back', () => {
    const journey = begun();
    hand(journey, 'promote');
    journey.settle();
    expect(journey.weights).toEqual({ [v2]: 10_000 });
    hand(journey, 'rollback');
    journey.settle();
    expect(journey.status).toMatchObject({ phase: 'RolledBack', decision: { reason: 'RolledBackByHand' } });
    expect(journey.weights).toEqual({ [v1]: 10_000 });
    expect(journey.cluster.strategy.status?.promoted).toBe('v1');
    journey.wait(60_000);
    journey.settle();
    expect(journey.cluster.releases).toHaveLength(1);
  });

  it.each(['dance', 'resume'])('answers a hand that changes nothing: %s', (action) => {
    const journey = begun();
    hand(journey, action);
    journey.settle();
    expect(events(journey)).toContain('ActionRefused');
    expect(journey.release.metadata?.annotations?.[ACTION_ANNOTATION]).toBeUndefined();
  });
});

describe('evidence', () => {
  it.each([
    ['Hold', 'Holding', 'NoData'],
    ['Fail', 'RolledBack', 'NoDataFails'],
    ['Pass', 'Promoted', 'NoDataPasses'],
  ] as const)('with no data and the policy %s: %s', (noData, phase, reason) => {
    const journey = begun({ analysis: { ...base.analysis, noData } });
    for (let i = 0; i < 60; i++) {
      journey.wait(1000);
      journey.settle();
    }
    expect(journey.status).toMatchObject({ phase, reason });
  });

  it.each([
    ['Hold', 'Holding', 'MaximumDuration'],
    ['Promote', 'Promoted', 'MaximumDurationPasses'],
    ['Rollback', 'RolledBack', 'MaximumDurationFails'],
  ] as const)('when the time is over without proof and the policy is %s', (atMaximum, phase, reason) => {
    const journey = begun({
      steps: [{ weight: 1, hold: '1s' }],
      analysis: { ...base.analysis, atMaximum, maximumDuration: '30s', minimumRequests: 1, latencyLevels: [] },
    });
    journey.run(40, { requestsPerSecond: 100, failing: {} });
    expect(journey.status).toMatchObject({ phase, reason });
  });

  it('does not judge a weight that is not live', () => {
    const journey = new Journey(imaginedCluster('reviews', base, 0), { routesGoLive: false });
    journey.settle();
    journey.run(30, { requestsPerSecond: 200, failing: { v2: 0.3 } });
    expect(journey.status).toMatchObject({ phase: 'Progressing', reason: 'WeightNotLive', weight: 5, step: 0 });
    expect(journey.cluster.evidence?.judge.stepSeconds).toBe(0);
  });

  it('goes on from the checkpoint bit for bit', () => {
    const whole = begun();
    whole.run(9, good);
    const cut = begun();
    cut.run(5, good);
    const saved = cut.cluster.evidence;
    cut.cluster = { ...cut.cluster, evidence: JSON.parse(JSON.stringify(saved)) };
    cut.run(4, good);
    expect(cut.cluster.evidence).toEqual(whole.cluster.evidence);
  });

  it('holds when both versions fail, and says so', () => {
    const journey = begun();
    journey.run(8, { requestsPerSecond: 200, failing: { v1: 0.2, v2: 0.2 } });
    expect(journey.status).toMatchObject({ phase: 'Holding', reason: 'BothFail' });
  });
});

describe('routes', () => {
  it('restores a route that somebody edited', () => {
    const journey = begun();
    changeRoute(journey, (r) => ({ ...r, spec: { ...r.spec, rules: [] } }));
    expect(journey.plan().actions.map((a) => a.do)).toContain('restore-route');
    journey.settle();
    expect(journey.weights[v2]).toBe(500);
  });

  it('leaves routes alone when one says hands off, and holds', () => {
    const journey = begun();
    changeRoute(journey, (r) => ({
      ...r,
      metadata: { ...r.metadata, annotations: { ...r.metadata?.annotations, [HANDS_OFF_ANNOTATION]: 'true' } },
      spec: { ...r.spec, rules: [] },
    }));
    journey.settle();
    expect(journey.status).toMatchObject({ phase: 'Holding', reason: 'TakenOver' });
    expect(journey.weights).toEqual({});
  });

  it('pins to spec.principal when it is changed by hand', () => {
    const journey = begun({ candidate: undefined });
    journey.cluster = { ...journey.cluster, versions: new Map(journey.cluster.versions).set('v9', { version: 'v9', ready: 1, pods: 1 }) };
    setSpec(journey, { principal: 'v9' });
    journey.settle();
    expect(journey.weights).toEqual({ 'reviews-version-v9': 10_000 });
  });

  it('writes no route before the principal can answer', () => {
    const journey = new Journey(imaginedCluster('reviews', base, 0));
    setVersion(journey, 'v1', { ready: 0 });
    journey.settle();
    expect(journey.cluster.routes).toEqual([]);
    expect(journey.cluster.strategy.status?.conditions?.[0]).toMatchObject({ type: 'Ready', status: 'False', reason: 'PrincipalNotReady' });
  });
});

describe('takeover and deletion', () => {
  const patched: Partial<StrategySpecInput> = { candidatePatch: { image: 'x' } };

  it('makes room for a new candidate, then begins it', () => {
    const journey = begun(patched);
    journey.run(3, good);
    setSpec(journey, { candidate: 'v3' });
    journey.settle();
    const [first] = journey.cluster.releases;
    expect(first?.status).toMatchObject({ phase: 'RolledBack', decision: { reason: 'Superseded' } });
    expect(journey.release.spec.candidate).toBe('v3');
    expect(journey.cluster.releases).toHaveLength(2);
  });

  it('does not begin the same candidate again by itself', () => {
    const journey = begun(patched);
    hand(journey, 'abort');
    journey.settle();
    journey.wait(120_000);
    journey.settle();
    expect(journey.cluster.releases).toHaveLength(1);
  });

  it('keeps ten finished releases', () => {
    const journey = begun(patched);
    for (let i = 3; i < 18; i++) {
      hand(journey, 'abort');
      journey.settle();
      setSpec(journey, { candidate: `v${i}` });
      journey.settle();
    }
    expect(journey.cluster.releases.filter((r) => r.status?.phase === 'RolledBack')).toHaveLength(10);
  });

  it('leaves nothing behind, routes last', () => {
    const journey = begun(patched);
    journey.run(3, good);
    journey.cluster = {
      ...journey.cluster,
      strategy: {
        ...journey.cluster.strategy,
        metadata: { ...journey.cluster.strategy.metadata, deletionTimestamp: '2026-01-05T10:01:00Z' },
      },
    };
    for (let i = 0; i < 5; i++) {
      journey.settle();
      journey.wait(1000);
    }
    expect(journey.cluster.routes).toEqual([]);
    expect(journey.cluster.services).toEqual([]);
    expect(journey.cluster.versions.has('v2')).toBe(false);
    expect(journey.cluster.strategy.metadata?.finalizers).toEqual([]);
    const order = journey.plans.flatMap((p) => p.actions.map((a) => a.do));
    expect(order.indexOf('remove-workload')).toBeLessThan(order.indexOf('remove-route'));
  });

  it('lets the older of two Strategies of one Service work', () => {
    const journey = new Journey({ ...imaginedCluster('reviews', base, 0), olderStrategies: ['first'] });
    journey.settle();
    expect(journey.cluster.routes).toEqual([]);
    expect(journey.cluster.strategy.status?.conditions?.[0]?.message).toContain('Strategy first');
  });
});

describe('other types', () => {
  it('BlueGreen switches after approval and watches before it ends', () => {
    const journey = begun({ type: 'BlueGreen', steps: undefined, preview: {}, scaleDownDelay: '20s' });
    journey.run(40, good);
    expect(journey.status).toMatchObject({ phase: 'Holding', reason: 'WaitsForApproval', weight: 0 });
    expect(journey.cluster.routes[0]?.spec.rules?.map((r) => r.name)).toEqual(['preview', 'weighted']);
    hand(journey, 'promote');
    journey.settle();
    expect(journey.weights).toEqual({ [v1]: 0, [v2]: 10_000 });
    expect(journey.status.phase).toBe('Progressing');
    journey.run(40, good);
    expect(journey.status).toMatchObject({ phase: 'Promoted', decision: { reason: 'NotCompared' } });
  });

  it('BlueGreen goes back in one push when the switched version fails', () => {
    const journey = begun({ type: 'BlueGreen', steps: [{ weight: 0, hold: '1s', gate: 'Time' }], scaleDownDelay: '60s' });
    journey.run(5, good);
    expect(journey.weights[v2]).toBe(10_000);
    journey.run(10, { requestsPerSecond: 200, failing: { v2: 0.3 } });
    expect(journey.status.phase).toBe('RolledBack');
    expect(journey.weights).toEqual({ [v1]: 10_000 });
  });

  it('Mirror copies without sending users', () => {
    const journey = begun({ type: 'Mirror', steps: undefined, mirror: { percent: 50, duration: '10s' } });
    const rule = journey.cluster.routes[0]?.spec.rules?.find((r) => r.name === 'weighted');
    expect(rule?.filters?.[0]?.requestMirror).toMatchObject({ backendRef: { name: v2 }, percent: 50 });
    expect(journey.weights[v2]).toBe(0);
  });

  it('keeps cohorts with a token of the candidate for the whole release', () => {
    const journey = begun({ sticky: { cookie: {} } });
    const token = (): string => JSON.stringify(journey.cluster.routes[0]?.spec.rules?.find((r) => r.name === 'sticky-v2')?.matches);
    const first = token();
    journey.run(13, good);
    expect(journey.status.step).toBe(1);
    expect(token()).toBe(first);
  });
});

it('keeps a promotion although the Strategy lost its status', () => {
  const journey = begun();
  journey.cluster = { ...journey.cluster, strategy: { ...journey.cluster.strategy, status: {} } };
  hand(journey, 'promote');
  journey.settle();
  expect(journey.weights).toEqual({ [v2]: 10_000 });
  journey.cluster = { ...journey.cluster, strategy: { ...journey.cluster.strategy, status: {} } };
  journey.settle();
  expect(journey.weights).toEqual({ [v2]: 10_000 });
  expect(journey.cluster.releases).toHaveLength(1);
});
