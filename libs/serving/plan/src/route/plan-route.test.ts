import path from 'node:path';
import type { Service } from '@tidegate/kube';
import {
  ROLLOUT_ANNOTATION,
  conditionOf,
  type Configuration,
  type Revision,
  type Route,
  type TrafficTarget,
} from '@tidegate/serving-contract';
import { golden } from '@tidegate/testing';
import type { HttpRoute } from '@tidegate/traffic-router';
import { NOW, configuration, live, printed, ready, revision, route, service, settings, writes } from '../../test/builders.js';
import type { Settings } from '../settings.js';
import { planRoute, type ObservedRoute } from './plan-route.js';

const first = revision(1);
const second = revision(2);
const latest = (latestReadyRevisionName?: string, is = ready('Unknown')): Configuration =>
  configuration(service(), {
    status: { observedGeneration: 1, conditions: [is], ...(latestReadyRevisionName ? { latestReadyRevisionName } : {}) },
  });
const splitBetween = (...traffic: TrafficTarget[]): Route => route(service({ spec: { ...service().spec, traffic } }));
const LATEST: TrafficTarget = { latestRevision: true, percent: 100 };
const pinned = (revisionName: string, percent: number, tag?: string): TrafficTarget => ({
  revisionName,
  percent,
  latestRevision: false,
  ...(tag ? { tag } : {}),
});

interface World {
  route?: Route;
  configurations?: Configuration[];
  revisions?: Revision[];
  services?: Service[];
  httpRoutes?: HttpRoute[];
}

function observe(world: World): ObservedRoute {
  const named = <T extends { metadata?: { name?: string } }>(list: readonly T[]): Map<string, T> =>
    new Map(list.map((o) => [o.metadata?.name ?? '', o]));
  const configurations = named(world.configurations ?? [latest('hello-00001')]);
  const revisions = named(world.revisions ?? [first]);
  return {
    route: world.route ?? route(),
    sources: { configuration: (name) => configurations.get(name), revision: (name) => revisions.get(name) },
    service: (name) => world.services?.find((s) => s.metadata?.name === name),
    httpRoute: (name) => world.httpRoutes?.find((r) => r.metadata?.name === name),
    labelled: { services: world.services ?? [], httpRoutes: world.httpRoutes ?? [] },
  };
}

/** What the API server and the mesh make of a plan. */
function applied(world: World, plan: ReturnType<typeof planRoute>, isLive = true): World {
  const kept = <T extends { metadata?: { name?: string } }>(before: readonly T[], kind: string, put: (object: T) => T): T[] => {
    const map = new Map(before.map((o) => [o.metadata?.name ?? '', o]));
    for (const action of plan.actions) {
      if (action.do === 'apply' && action.kind.kind === kind) map.set(action.object.metadata?.name ?? '', put(action.object as T));
      if (action.do === 'delete' && action.kind.kind === kind) map.delete(action.name);
    }
    return [...map.values()];
  };
  return {
    ...world,
    route: { ...(world.route ?? route()), status: plan.status },
    services: kept<Service>(world.services ?? [], 'Service', (o) => o),
    httpRoutes: kept<HttpRoute>(world.httpRoutes ?? [], 'HTTPRoute', (o) =>
      isLive ? live(o) : { ...o, metadata: { ...o.metadata, generation: 1 } },
    ),
  };
}

function say(plan: ReturnType<typeof planRoute>, type: string): string {
  const { status, reason, message } = conditionOf(plan.status?.conditions, type) ?? {};
  return [status, reason, message].filter(Boolean).join(' ');
}

describe('targets that cannot be routed', () => {
  const FAILED = ready('False', 'ExitCode1');
  it.each<{ name: string; world: World; assigned: string }>([
    {
      name: 'no configuration',
      world: { configurations: [] },
      assigned: 'False ConfigurationMissing Configuration "hello" referenced in traffic not found.',
    },
    {
      name: 'no revision ready yet',
      world: { configurations: [latest()] },
      assigned: 'Unknown RevisionMissing Configuration "hello" is waiting for a Revision to become ready.',
    },
    {
      name: 'no revision will be',
      world: { configurations: [latest(undefined, ready('False'))] },
      assigned: 'False RevisionMissing Configuration "hello" does not have any ready Revision.',
    },
    {
      name: 'the latest is gone',
      world: { revisions: [] },
      assigned: 'False RevisionMissing Revision "hello-00001" referenced in traffic not found.',
    },
    {
      name: 'the latest is not ready any more',
      world: { revisions: [revision(1, ready('Unknown'))] },
      assigned: 'Unknown RevisionMissing Revision "hello-00001" is not yet ready.',
    },
    {
      name: 'the latest has failed',
      world: { revisions: [revision(1, FAILED)] },
      assigned: 'False RevisionMissing Revision "hello-00001" failed to become ready.',
    },
    {
      name: 'a named one is missing',
      world: { route: splitBetween(pinned('nope', 100)) },
      assigned: 'False RevisionMissing Revision "nope" referenced in traffic not found.',
    },
    {
      name: "another service's revision",
      world: {
        route: splitBetween(pinned('other-1', 100)),
        revisions: [{ ...first, metadata: { ...first.metadata, name: 'other-1', labels: { 'serving.knative.dev/service': 'other' } } }],
      },
      assigned: 'False RevisionNotOwned Revision "other-1" belongs to Service "other", not Service "hello".',
    },
    {
      name: 'a revision of no service',
      world: {
        route: splitBetween(pinned('other-1', 100)),
        revisions: [{ ...first, metadata: { ...first.metadata, name: 'other-1', labels: {} } }],
      },
      assigned: 'False RevisionNotOwned Revision "other-1" does not belong to Service "hello".',
    },
    {
      name: 'one waits, one has failed: the failure is told',
      world: {
        route: splitBetween({ ...LATEST, percent: 50 }, pinned('hello-00002', 50)),
        configurations: [latest()],
        revisions: [revision(2, FAILED)],
      },
      assigned: 'False RevisionMissing Revision "hello-00002" failed to become ready.',
    },
    {
      name: 'a host that is too long',
      world: { route: { ...route(), metadata: { ...route().metadata, name: 'h'.repeat(64) } } },
      assigned: `False ErrorConfig domain name error: invalid domain name "${'h'.repeat(64)}.default.example.com": url: Invalid value: "${'h'.repeat(64)}": must be no more than 63 characters`,
    },
  ])('$name', ({ world, assigned }) => {
    const plan = planRoute(observe(world), settings, NOW);
    expect(say(plan, 'AllTrafficAssigned')).toBe(assigned);
    expect(plan.actions).toEqual([]);
    expect(plan.status?.traffic).toBeUndefined();
  });

  it('leaves what is routed, and its status', () => {
    const world = applied({}, planRoute(observe({}), settings, NOW));
    const plan = planRoute(observe({ ...world, revisions: [] }), settings, NOW);
    expect(plan.actions).toEqual([]);
    expect(plan.status?.traffic).toEqual([{ revisionName: 'hello-00001', percent: 100, latestRevision: true }]);
  });
});

describe('from the first write to ready', () => {
  it('is ready when every proxy has the routes, and then writes nothing', () => {
    const begun = planRoute(observe({}), settings, NOW);
    expect(writes(begun)).toEqual(['apply Service hello', 'apply HTTPRoute hello-local', 'apply HTTPRoute hello-public']);
    expect(say(begun, 'Ready')).toBe('Unknown IngressNotConfigured Ingress has not yet been reconciled.');
    const written = planRoute(observe(applied({}, begun, false)), settings, NOW);
    expect(writes(written)).toEqual([]);
    expect(say(written, 'IngressReady')).toBe('Unknown IngressNotConfigured Ingress has not yet been reconciled.');
    const done = planRoute(observe(applied({}, begun)), settings, NOW);
    expect(writes(done)).toEqual([]);
    expect(say(done, 'Ready')).toBe('True');
    expect(done.status).toMatchObject({
      url: 'http://hello.default.example.com',
      address: { url: 'http://hello.default.svc.cluster.local' },
      traffic: [{ revisionName: 'hello-00001', percent: 100, latestRevision: true }],
    });
  });

  it.each([
    {
      name: 'refused',
      conditions: [{ type: 'Accepted', status: 'False', reason: 'NotAllowed', message: 'no listener' }],
      expected: 'False NotAllowed',
    },
    {
      name: 'on its way to proxies',
      conditions: [
        { type: 'Accepted', status: 'True' },
        { type: 'Live', status: 'False', reason: 'Pending', message: 'live on 1/3 proxies' },
      ],
      expected: 'Unknown Pending live on 1/3 proxies',
    },
  ])('tells of a route that is $name', ({ conditions, expected }) => {
    const world = applied({}, planRoute(observe({}), settings, NOW));
    const status = {
      parents: [
        { controllerName: 'tidegate.dev/gateway-controller', conditions: conditions.map((c) => ({ ...c, observedGeneration: 1 })) },
      ],
    };
    const httpRoutes = world.httpRoutes?.map((r) => ({ ...r, status }));
    expect(say(planRoute(observe({ ...world, httpRoutes }), settings, NOW), 'IngressReady')).toContain(expected);
  });

  it('takes the word of another gateway that it has accepted a route', () => {
    const world = applied({}, planRoute(observe({}), settings, NOW));
    const status = {
      parents: [{ controllerName: 'example.com/other', conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 1 }] }],
    };
    const httpRoutes = world.httpRoutes?.map((r) => ({ ...r, status }));
    expect(say(planRoute(observe({ ...world, httpRoutes }), settings, NOW), 'Ready')).toBe('True');
  });

  it('does not write over what is not its own', () => {
    const services = [{ metadata: { name: 'hello', namespace: 'default' } }];
    const plan = planRoute(observe({ services }), settings, NOW);
    expect(plan.actions).toEqual([]);
    expect(say(plan, 'Ready')).toBe('False NotOwned There is an existing placeholder Service "hello" that we do not own.');
  });
});

describe('hosts', () => {
  it('keeps a cluster-local route inside', () => {
    const local = route(service({ metadata: { labels: { 'networking.knative.dev/visibility': 'cluster-local' } } }));
    const plan = planRoute(observe({ route: local }), settings, NOW);
    expect(writes(plan)).toEqual(['apply Service hello', 'apply HTTPRoute hello-local']);
    expect(plan.status?.url).toBe('http://hello.default.svc.cluster.local');
  });

  it('keeps one tag inside when its placeholder says so', () => {
    const traffic = splitBetween(LATEST, pinned('hello-00001', 0, 'internal'));
    const begun = applied({ route: traffic }, planRoute(observe({ route: traffic }), settings, NOW));
    const services = begun.services?.map((s) =>
      s.metadata?.name === 'internal-hello'
        ? { ...s, metadata: { ...s.metadata, labels: { ...s.metadata.labels, 'networking.knative.dev/visibility': 'cluster-local' } } }
        : s,
    );
    const plan = planRoute(observe({ ...begun, services }), settings, NOW);
    expect(writes(plan)).toEqual(['delete HTTPRoute internal-hello-public']);
    expect(plan.status?.traffic?.[1]?.url).toBe('http://internal-hello.default.svc.cluster.local');
  });

  it('takes away what a removed tag had', () => {
    const tagged = splitBetween(LATEST, pinned('hello-00001', 0, 'old'));
    const begun = applied({ route: tagged }, planRoute(observe({ route: tagged }), settings, NOW));
    const plan = planRoute(observe({ ...begun, route: route() }), settings, NOW);
    expect(writes(plan)).toEqual(['delete Service old-hello', 'delete HTTPRoute old-hello-local', 'delete HTTPRoute old-hello-public']);
  });

  it('keeps on the placeholder what the Route has lost, without writing it again', () => {
    const labelled = route(service({ metadata: { labels: { juicy: 'yes' } } }));
    const begun = applied({ route: labelled }, planRoute(observe({ route: labelled }), settings, NOW));
    const plan = planRoute(observe({ ...begun, route: route() }), settings, NOW);
    expect(writes(plan)).toEqual(['apply HTTPRoute hello-local', 'apply HTTPRoute hello-public']);
    expect(begun.services?.[0]?.metadata?.labels).toMatchObject({ juicy: 'yes' });
  });

  it('tells the port that the gateway really has', () => {
    const bound: Settings = { ...settings, platform: { digestsFrom: 'node', externalPort: 7680 } };
    const tagged = splitBetween(LATEST, pinned('hello-00001', 0, 'v1'));
    const { status } = planRoute(observe({ route: tagged }), bound, NOW);
    expect([status?.url, status?.traffic?.[1]?.url]).toEqual([
      'http://hello.default.example.com:7680',
      'http://v1-hello.default.example.com:7680',
    ]);
  });
});

describe('a gradual rollout', () => {
  const gradual = route(service({ metadata: { annotations: { 'serving.knative.dev/rollout-duration': '60s' } } }));
  const twoRevisions = { route: gradual, configurations: [latest('hello-00002')], revisions: [first, second] };

  it('moves one percent, then steps, then is ready', () => {
    let world = applied({ route: gradual }, planRoute(observe({ route: gradual }), settings, NOW));
    world = { ...world, ...twoRevisions, route: { ...gradual, status: world.route?.status } };
    let plan = planRoute(observe(world), settings, NOW);
    expect(plan.status?.traffic?.map((t) => [t.revisionName, t.percent])).toEqual([
      ['hello-00001', 99],
      ['hello-00002', 1],
    ]);
    expect(say(plan, 'IngressReady')).toBe('Unknown RolloutInProgress A gradual rollout of the latest revision(s) is in progress.');
    world = applied(world, plan);
    let now = NOW + 800;
    for (let i = 0; i < 200 && plan.status?.traffic?.length !== 1; i++) {
      plan = planRoute(observe(world), settings, now);
      world = applied(world, plan);
      now += plan.lookAgainInMs ?? 1;
    }
    expect(plan.status?.traffic).toEqual([{ revisionName: 'hello-00002', percent: 100, latestRevision: true }]);
    expect(now - NOW).toBeGreaterThan(45_000);
    expect(now - NOW).toBeLessThanOrEqual(62_000);
    expect(say(planRoute(observe(world), settings, now), 'Ready')).toBe('True');
  });

  it('forgets a broken state and moves at once', () => {
    const world = applied({ route: gradual }, planRoute(observe({ route: gradual }), settings, NOW));
    const httpRoutes = world.httpRoutes?.map((r) => ({
      ...r,
      metadata: { ...r.metadata, annotations: { ...r.metadata?.annotations, [ROLLOUT_ANNOTATION]: '{' } },
    }));
    const plan = planRoute(observe({ ...world, ...twoRevisions, httpRoutes }), settings, NOW);
    expect(plan.status?.traffic).toEqual([{ revisionName: 'hello-00002', percent: 100, latestRevision: true }]);
  });
});

describe('HTTPRoutes', () => {
  const tagged = splitBetween(
    { ...LATEST, percent: 90, tag: 'current' },
    pinned('hello-00001', 10, 'stable'),
    pinned('hello-00001', 0, 'old'),
  );
  const world = { route: tagged, configurations: [latest('hello-00002')], revisions: [first, second] };
  const byTag: Settings = {
    ...settings,
    config: { ...settings.config, features: { ...settings.config.features, tagHeaderBasedRouting: 'Enabled' } },
  };

  it.each([
    { name: 'split', at: settings },
    { name: 'tag-header', at: byTag },
  ])('are what is written here: $name', ({ name, at }) => {
    const text = printed(planRoute(observe(world), at, NOW));
    expect(text).toBe(golden(path.join(import.meta.dirname, `../testdata/route-${name}.yaml`), text));
  });
});
