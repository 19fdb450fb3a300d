import { conditionOf, type KnativeService } from '@tidegate/serving-contract';
import { NOW, configuration, ready, revision, route, service, writes } from '../../test/builders.js';
import { planService, type ObservedService } from './plan-service.js';

const observedBy = { observedGeneration: 1 };
const readyConfiguration = configuration(service(), {
  status: { ...observedBy, conditions: [ready('True')], latestCreatedRevisionName: 'hello-00001', latestReadyRevisionName: 'hello-00001' },
});
const readyRoute = route(service(), {
  status: {
    ...observedBy,
    conditions: [ready('True')],
    url: 'http://hello.default.example.com',
    address: { url: 'http://hello.default.svc.cluster.local' },
    traffic: [{ revisionName: 'hello-00001', percent: 100, latestRevision: true }],
  },
});
const named: KnativeService = service({
  spec: { ...service().spec, template: { ...service().spec.template, metadata: { name: 'hello-a' } } },
});
const UNKNOWN = 'Unknown';

it.each<{ name: string; observed: ObservedService; writes: string[]; configurations: string; routes: string; ready: string }>([
  {
    name: 'new: both are made',
    observed: { service: service() },
    writes: ['create Configuration hello', 'create Route hello'],
    configurations: 'Unknown OutOfDate',
    routes: 'Unknown OutOfDate',
    ready: 'Unknown OutOfDate',
  },
  {
    name: 'new with a named revision: the Route waits for the Configuration',
    observed: { service: named },
    writes: ['create Configuration hello'],
    configurations: 'Unknown OutOfDate',
    routes: UNKNOWN,
    ready: 'Unknown OutOfDate',
  },
  {
    name: 'ready',
    observed: { service: service(), configuration: readyConfiguration, route: readyRoute },
    writes: [],
    configurations: 'True',
    routes: 'True',
    ready: 'True',
  },
  {
    name: 'configuration failed, route waits',
    observed: {
      service: service(),
      configuration: { ...readyConfiguration, status: { ...observedBy, conditions: [ready('False', 'RevisionFailed', 'it crashed')] } },
      route: { ...readyRoute, status: { ...observedBy, conditions: [ready('False', 'RevisionMissing', 'none')] } },
    },
    writes: [],
    configurations: 'False RevisionFailed',
    routes: 'False RevisionMissing',
    ready: 'False RevisionFailed',
  },
  {
    name: "configuration of somebody else's",
    observed: {
      service: service(),
      configuration: { ...readyConfiguration, metadata: { ...readyConfiguration.metadata, ownerReferences: [] } },
    },
    writes: [],
    configurations: 'False NotOwned',
    routes: UNKNOWN,
    ready: 'False NotOwned',
  },
  {
    name: "route of somebody else's",
    observed: {
      service: service(),
      configuration: readyConfiguration,
      route: { ...readyRoute, metadata: { ...readyRoute.metadata, ownerReferences: [] } },
    },
    writes: [],
    configurations: 'True',
    routes: 'False NotOwned',
    ready: 'False NotOwned',
  },
  {
    name: 'another template: the Configuration is written, the Route stays',
    observed: {
      service: service({
        spec: { ...service().spec, template: { spec: { containers: [{ name: 'user-container', image: 'dev.local/hello:2' }] } } },
      }),
      configuration: readyConfiguration,
      route: readyRoute,
    },
    writes: ['replace Configuration hello'],
    configurations: 'Unknown OutOfDate',
    routes: 'True',
    ready: 'Unknown OutOfDate',
  },
  {
    name: 'other labels: both are written, and stay ready',
    observed: { service: service({ metadata: { labels: { team: 'a' } } }), configuration: readyConfiguration, route: readyRoute },
    writes: ['replace Configuration hello', 'replace Route hello'],
    configurations: 'True',
    routes: 'True',
    ready: 'True',
  },
  {
    name: 'another split',
    observed: {
      service: service({ spec: { ...service().spec, traffic: [{ revisionName: 'hello-00001', percent: 100, latestRevision: false }] } }),
      configuration: readyConfiguration,
      route: readyRoute,
    },
    writes: ['replace Route hello'],
    configurations: 'True',
    routes: 'Unknown OutOfDate',
    ready: 'Unknown OutOfDate',
  },
  {
    name: 'a newer revision is ready, and the Route has not moved',
    observed: {
      service: service(),
      configuration: { ...readyConfiguration, status: { ...readyConfiguration.status, latestReadyRevisionName: 'hello-00002' } },
      route: readyRoute,
    },
    writes: [],
    configurations: 'True',
    routes: 'Unknown TrafficNotMigrated',
    ready: 'Unknown TrafficNotMigrated',
  },
  {
    name: 'the name that is asked for is taken',
    observed: {
      service: named,
      configuration: configuration(named, { status: readyConfiguration.status }),
      route: readyRoute,
      namedRevision: { ...revision(1), metadata: { ...revision(1).metadata, name: 'hello-a', ownerReferences: [] } },
    },
    writes: [],
    configurations: 'True',
    routes: 'False RevisionNameTaken',
    ready: 'False RevisionNameTaken',
  },
])('$name', ({ name: _, observed, ...expected }) => {
  const plan = planService(observed, NOW);
  const say = (type: string): string => {
    const { status, reason } = conditionOf(plan.status?.conditions, type) ?? {};
    return [status, reason].filter(Boolean).join(' ');
  };
  expect({ writes: writes(plan), configurations: say('ConfigurationsReady'), routes: say('RoutesReady'), ready: say('Ready') }).toEqual(
    expected,
  );
  expect(plan.status?.observedGeneration).toBe(1);
});

it('tells what the children tell', () => {
  const { status } = planService({ service: service(), configuration: readyConfiguration, route: readyRoute }, NOW);
  expect(status).toMatchObject({
    latestCreatedRevisionName: 'hello-00001',
    latestReadyRevisionName: 'hello-00001',
    url: 'http://hello.default.example.com',
    address: { url: 'http://hello.default.svc.cluster.local' },
    traffic: [{ revisionName: 'hello-00001', percent: 100 }],
  });
});

it('copies labels and annotations, and takes back what is gone', () => {
  const before = service({
    metadata: { labels: { team: 'a', old: 'x' }, annotations: { note: 'n', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
  });
  const after = service({
    metadata: { labels: { team: 'b' }, annotations: { 'serving.knative.dev/rollout-duration': '10s' } },
  });
  const plan = planService({ service: after, configuration: configuration(before), route: route(before) }, NOW);
  const metadata = plan.actions.map((a) => ('object' in a ? [a.object.metadata?.labels, a.object.metadata?.annotations] : []));
  expect(metadata).toEqual([
    [
      { team: 'b', 'serving.knative.dev/service': 'hello', 'serving.knative.dev/serviceUID': 'svc-uid' },
      { 'serving.knative.dev/routes': 'hello' },
    ],
    [{ team: 'b', 'serving.knative.dev/service': 'hello' }, { 'serving.knative.dev/rollout-duration': '10s' }],
  ]);
});

it('keeps other routes of the Configuration that the labeler wrote', () => {
  const existing = configuration(service(), {
    metadata: { annotations: { 'serving.knative.dev/routes': 'hello,other' } },
    status: readyConfiguration.status,
  });
  expect(writes(planService({ service: service(), configuration: existing, route: readyRoute }, NOW))).toEqual([]);
});
