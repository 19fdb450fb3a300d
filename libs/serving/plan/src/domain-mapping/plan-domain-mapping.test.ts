import path from 'node:path';
import { conditionOf, type DomainMapping, type Route } from '@tidegate/serving-contract';
import { golden } from '@tidegate/testing';
import { NOW, live, printed, revision, route, service, settings, writes, configuration } from '../../test/builders.js';
import { planRoute } from '../route/plan-route.js';
import type { HttpRoute } from '@tidegate/traffic-router';
import type { Settings } from '../settings.js';
import { CLAIM_FINALIZER, planDomainMapping, planDomainMappingDeletion, type ObservedDomainMapping } from './plan-domain-mapping.js';

const autocreate: Settings = {
  ...settings,
  config: { ...settings.config, network: { ...settings.config.network, autocreateClusterDomainClaims: true } },
};
const ref = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'hello' };
const mapping = (changes: Partial<DomainMapping> = {}): DomainMapping => {
  const { metadata, ...rest } = changes;
  return {
    metadata: { name: 'shop.example.org', namespace: 'default', uid: 'dm-uid', generation: 1, resourceVersion: '9', ...metadata },
    spec: { ref },
    ...rest,
  };
};
const claim = { metadata: { name: 'shop.example.org', uid: 'claim-uid' }, spec: { namespace: 'default' } };

const routed = planRoute(
  {
    route: route(),
    sources: {
      configuration: () => configuration(service(), { status: { latestReadyRevisionName: 'hello-00001' } }),
      revision: () => revision(),
    },
    service: () => undefined,
    httpRoute: () => undefined,
    labelled: { services: [], httpRoutes: [] },
  },
  settings,
  NOW,
);
const target: Route = { ...route(), status: routed.status };
const httpRoutes = new Map(
  routed.actions.flatMap((a) =>
    a.do === 'apply' && a.kind.kind === 'HTTPRoute' ? [[a.object.metadata?.name ?? '', a.object as HttpRoute] as const] : [],
  ),
);
const httpRoute = (name: string): HttpRoute | undefined => httpRoutes.get(name);
const observed: ObservedDomainMapping = { mapping: mapping(), claim, route: target, httpRoute, hasListener: false };

it.each<{ name: string; observed: ObservedDomainMapping; settings?: Settings; writes: string[]; ready: string }>([
  { name: 'claimed and resolved', observed, writes: ['apply HTTPRoute shop.example.org'], ready: 'Unknown IngressNotConfigured' },
  { name: 'no claim', observed: { ...observed, claim: undefined }, writes: [], ready: 'False DomainAlreadyClaimed' },
  {
    name: 'no claim, and claims are made here',
    observed: { ...observed, claim: undefined },
    settings: autocreate,
    writes: ['patch DomainMapping shop.example.org', 'create ClusterDomainClaim shop.example.org', 'apply HTTPRoute shop.example.org'],
    ready: 'Unknown IngressNotConfigured',
  },
  {
    name: "another namespace's claim",
    observed: { ...observed, claim: { ...claim, spec: { namespace: 'other' } } },
    settings: autocreate,
    writes: [],
    ready: 'False DomainAlreadyClaimed',
  },
  { name: 'no such service', observed: { ...observed, route: undefined }, writes: [], ready: 'False ResolveFailed' },
  {
    name: 'a service that is not routed yet',
    observed: { ...observed, httpRoute: () => undefined },
    writes: [],
    ready: 'Unknown ResolveFailed',
  },
  {
    name: 'a target elsewhere',
    observed: { ...observed, mapping: mapping({ spec: { ref: { ...ref, namespace: 'other' } } }) },
    writes: [],
    ready: 'False ResolveFailed',
  },
  {
    name: 'a kind that has no address',
    observed: { ...observed, mapping: mapping({ spec: { ref: { ...ref, kind: 'Revision' } } }) },
    writes: [],
    ready: 'False ResolveFailed',
  },
  {
    name: 'a Service of Kubernetes',
    observed: {
      ...observed,
      mapping: mapping({ spec: { ref: { apiVersion: 'v1', kind: 'Service', name: 'plain' } } }),
      service: { metadata: { name: 'plain' } },
    },
    writes: ['apply HTTPRoute shop.example.org'],
    ready: 'Unknown IngressNotConfigured',
  },
  {
    name: "a route of somebody else's",
    observed: {
      ...observed,
      httpRoute: (name) => (name === 'shop.example.org' ? { metadata: { name: 'shop.example.org' }, spec: {} } : httpRoutes.get(name)),
    },
    writes: [],
    ready: 'False NotOwned',
  },
])('$name', ({ observed: seen, settings: at = settings, writes: written, ready }) => {
  const plan = planDomainMapping(seen, at, NOW);
  expect(writes(plan)).toEqual(written);
  const { status, reason } = conditionOf(plan.status?.conditions, 'Ready') ?? {};
  expect([status, reason].filter(Boolean).join(' ')).toBe(ready);
});

it('is ready when the route is live', () => {
  const [action] = planDomainMapping(observed, settings, NOW).actions;
  if (action?.do !== 'apply') throw new Error('nothing is applied');
  const own = live(action.object as HttpRoute);
  const plan = planDomainMapping(
    { ...observed, httpRoute: (name) => (name === 'shop.example.org' ? own : httpRoutes.get(name)) },
    settings,
    NOW,
  );
  expect(plan.actions).toEqual([]);
  expect(conditionOf(plan.status?.conditions, 'Ready')?.status).toBe('True');
  expect(plan.status).toMatchObject({ url: 'http://shop.example.org', address: { url: 'http://shop.example.org' } });
});

it.each([
  { name: 'service', seen: observed },
  {
    name: 'kubernetes-service',
    seen: { ...observed, mapping: mapping({ spec: { ref: { apiVersion: 'v1', kind: 'Service', name: 'plain' } } }), service: {} },
  },
])('leads where it is written here: $name', ({ name, seen }) => {
  const text = printed(planDomainMapping(seen, settings, NOW));
  expect(text).toBe(golden(path.join(import.meta.dirname, `../testdata/domain-mapping-${name}.yaml`), text));
});

describe('deleted', () => {
  const going = mapping({ metadata: { finalizers: [CLAIM_FINALIZER, 'x'] } });
  it.each([
    {
      name: 'its claim goes with it',
      seen: { ...observed, mapping: going },
      at: autocreate,
      expected: ['delete ClusterDomainClaim shop.example.org', 'patch DomainMapping shop.example.org'],
    },
    {
      name: "another namespace's claim stays",
      seen: { ...observed, mapping: going, claim: { ...claim, spec: { namespace: 'other' } } },
      at: autocreate,
      expected: ['patch DomainMapping shop.example.org'],
    },
    {
      name: "an administrator's claim stays",
      seen: { ...observed, mapping: going },
      at: settings,
      expected: ['patch DomainMapping shop.example.org'],
    },
    { name: 'nothing is held', seen: observed, at: autocreate, expected: [] },
  ])('$name', ({ seen, at, expected }) => {
    expect(writes(planDomainMappingDeletion(seen, at))).toEqual(expected);
  });
});
