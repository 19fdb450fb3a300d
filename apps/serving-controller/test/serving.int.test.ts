import { kinds } from '@tidegate/kube';
import {
  ROUTING_STATE_LABEL,
  clusterDomainClaims,
  configurations,
  domainMappings,
  gateways,
  knativeServices,
  podAutoscalers,
  revisions,
  routes,
  trafficPolicies,
} from '@tidegate/serving-contract';
import { waitFor } from '@tidegate/testing';
import { httpRoutes } from '@tidegate/traffic-router';
import { selfSigned } from './self-signed.js';
import { NAMESPACE, ServingStage } from './serving-stage.js';

const stage = new ServingStage();
beforeAll(() => stage.open(), 180_000);
afterAll(() => stage.close(), 60_000);

it('serves a new Service at its URL, and follows it to a new revision without a lost request', async () => {
  await stage.service('hello', stage.template('one'));
  const first = await stage.ready('hello');
  expect(first.status).toMatchObject({
    url: stage.url('hello.shop.localhost'),
    address: { url: 'http://hello.shop.svc.cluster.local' },
    latestCreatedRevisionName: 'hello-00001',
    latestReadyRevisionName: 'hello-00001',
    traffic: [{ revisionName: 'hello-00001', percent: 100, latestRevision: true }],
  });
  const { url } = first.status ?? {};
  expect(await stage.ask(url)).toEqual({
    status: 200,
    greeting: 'one',
    K_SERVICE: 'hello',
    K_CONFIGURATION: 'hello',
    K_REVISION: 'hello-00001',
    host: new URL(url ?? '').host,
  });
  const revision = await stage.until(revisions, 'hello-00001', 'has its digest', (r) => r.status?.containerStatuses !== undefined);
  expect(revision.status?.containerStatuses).toEqual([
    { name: 'user-container', imageDigest: expect.stringMatching(/^test\/greeter@sha256:[0-9a-f]{64}$/) },
  ]);

  await stage.service('hello', stage.template('two'));
  const answers = new Set<number>();
  await waitFor(
    'the second revision answers',
    async () => {
      const { status, greeting } = await stage.ask(url);
      answers.add(status);
      return greeting === 'two';
    },
    60_000,
  );
  expect([...answers]).toEqual([200]);
  expect((await stage.ready('hello')).status?.latestReadyRevisionName).toBe('hello-00002');
  await stage.until(revisions, 'hello-00001', 'is in reserve', (r) => r.metadata?.labels?.[ROUTING_STATE_LABEL] === 'reserve');
  const autoscaler = await stage.until(podAutoscalers, 'hello-00001', 'is unreachable', (p) => p.spec.reachability === 'Unreachable');
  expect(autoscaler.spec).toMatchObject({ protocolType: 'http1', scaleTargetRef: { kind: 'Deployment', name: 'hello-00001-deployment' } });
});

it('splits traffic, and gives each tag a host', async () => {
  await stage.service('hello', stage.template('two'), [
    { revisionName: 'hello-00001', percent: 50, latestRevision: false, tag: 'stable' },
    { latestRevision: true, percent: 50, tag: 'canary' },
  ]);
  const { status } = await stage.ready('hello');
  expect(status?.traffic?.map((t) => [t.tag, t.revisionName, t.percent, t.url])).toEqual([
    ['stable', 'hello-00001', 50, stage.url('stable-hello.shop.localhost')],
    ['canary', 'hello-00002', 50, stage.url('canary-hello.shop.localhost')],
  ]);
  expect((await stage.ask(status?.traffic?.[0]?.url)).greeting).toBe('one');
  expect((await stage.ask(status?.traffic?.[1]?.url)).greeting).toBe('two');
  const greetings = await Promise.all(Array.from({ length: 200 }, () => stage.ask(status?.url).then((a) => a.greeting)));
  // 200 draws of one half: outside of 60 to 140 once in 10^8 runs.
  expect(greetings.filter((g) => g === 'one').length).toBeGreaterThan(60);
  expect(greetings.filter((g) => g === 'two').length).toBeGreaterThan(60);
});

it('leaves everything as it is when it starts again', async () => {
  await stage.stopController();
  const versions = async (): Promise<string[]> => {
    const lists = await Promise.all([
      stage.client.list(knativeServices, { namespace: NAMESPACE }),
      stage.client.list(configurations, { namespace: NAMESPACE }),
      stage.client.list(revisions, { namespace: NAMESPACE }),
      stage.client.list(routes, { namespace: NAMESPACE }),
      stage.client.list(httpRoutes, { namespace: NAMESPACE }),
      stage.client.list(kinds.services, { namespace: NAMESPACE }),
      stage.client.list(kinds.deployments, { namespace: NAMESPACE }),
    ]);
    return lists.flatMap((list) => list.items.map((o) => `${o.metadata?.name} ${o.metadata?.resourceVersion}`));
  };
  const before = await versions();
  await stage.startController();
  // Something new passes through every controller: by then the old has been looked at.
  await stage.service('next', stage.template('next'));
  await stage.ready('next');
  const after = await versions();
  expect(after.filter((v) => !v.startsWith('next'))).toEqual(before);
});

it('says what a revision crashed with, while the one before serves', async () => {
  await stage.service('next', stage.template('next', { env: { CRASH: 'yes' } }));
  const failed = await stage.condition(knativeServices, 'next', 'ConfigurationsReady', 'False');
  expect(failed).toMatchObject({ reason: 'RevisionFailed', message: expect.stringContaining('the database is not there') });
  expect(await stage.condition(revisions, 'next-00002', 'ContainerHealthy', 'False')).toMatchObject({ reason: 'ExitCode5' });
  const service = await stage.client.get(knativeServices, 'next', NAMESPACE);
  expect(service?.status).toMatchObject({ latestCreatedRevisionName: 'next-00002', latestReadyRevisionName: 'next-00001' });
  expect((await stage.ask(service?.status?.url)).greeting).toBe('next');
});

it('says which image is not there', async () => {
  await stage.service('missing', stage.template('x', { image: 'test/nowhere:v1' }));
  expect(await stage.condition(revisions, 'missing-00001', 'ContainerHealthy', 'False')).toMatchObject({ reason: 'ContainerMissing' });
  expect(await stage.condition(knativeServices, 'missing', 'Ready', 'False')).toMatchObject({ reason: 'RevisionFailed' });
  expect(await stage.condition(routes, 'missing', 'AllTrafficAssigned', 'False')).toMatchObject({ reason: 'RevisionMissing' });
});

it('does not give a name to two revisions', async () => {
  await stage.service('named', stage.template('one', { name: 'named-a' }));
  expect((await stage.ready('named')).status?.latestReadyRevisionName).toBe('named-a');
  await stage.service('named', stage.template('two', { name: 'named-a' }));
  const taken = await stage.condition(knativeServices, 'named', 'RoutesReady', 'False');
  expect(taken.reason).toBe('RevisionNameTaken');
  expect((await stage.ask(stage.url('named.shop.localhost'))).greeting).toBe('one');
});

it('maps a domain that nobody else has', async () => {
  const ref = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'named' };
  await stage.client.create(domainMappings, { metadata: { name: 'shop.example.org', namespace: NAMESPACE }, spec: { ref } });
  await stage.condition(domainMappings, 'shop.example.org', 'Ready', 'True');
  expect(await stage.ask(stage.url('shop.example.org'))).toMatchObject({ status: 200, greeting: 'one' });
  await stage.client.create(clusterDomainClaims, { metadata: { name: 'taken.example.org' }, spec: { namespace: 'elsewhere' } });
  await stage.client.create(domainMappings, { metadata: { name: 'taken.example.org', namespace: NAMESPACE }, spec: { ref } });
  expect(await stage.condition(domainMappings, 'taken.example.org', 'Ready', 'False')).toMatchObject({ reason: 'DomainAlreadyClaimed' });
  await stage.client.delete(domainMappings, 'shop.example.org', NAMESPACE);
  await stage.gone(domainMappings, 'shop.example.org');
  await stage.gone(httpRoutes, 'shop.example.org');
  expect(await stage.client.get(clusterDomainClaims, 'shop.example.org')).toBeUndefined();
  expect(await stage.client.get(clusterDomainClaims, 'taken.example.org')).toBeDefined();
});

it('serves the certificate that a domain brings', async () => {
  const { certificate, key } = await selfSigned('secure.example.org');
  const data = { 'tls.crt': Buffer.from(certificate).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') };
  const ref = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'named' };
  const mapping = { metadata: { name: 'secure.example.org', namespace: NAMESPACE }, spec: { ref, tls: { secretName: 'secure' } } };
  await stage.client.create(domainMappings, mapping);
  expect(await stage.condition(domainMappings, 'secure.example.org', 'IngressReady', 'False')).toMatchObject({
    reason: 'InvalidCertificateRef',
  });
  await stage.client.create(kinds.secrets, { metadata: { name: 'secure', namespace: NAMESPACE }, type: 'kubernetes.io/tls', data });
  await stage.condition(domainMappings, 'secure.example.org', 'Ready', 'True');
  expect(await stage.askSecurely('secure.example.org')).toMatchObject({ subject: 'secure.example.org', greeting: 'one' });
  await stage.client.delete(domainMappings, 'secure.example.org', NAMESPACE);
  await waitFor('its listener is gone', async () => {
    const gateway = await stage.client.get(gateways, 'knative-serving', 'knative-serving');
    return gateway?.spec.listeners?.length === 1;
  });
});

it('takes a Service back inside the cluster, and honours another domain at once', async () => {
  await stage.client.patch(knativeServices, 'next', NAMESPACE, {
    type: 'merge',
    body: { metadata: { labels: { 'networking.knative.dev/visibility': 'cluster-local' } } },
  });
  await stage.until(knativeServices, 'next', 'is local', (s) => s.status?.url === 'http://next.shop.svc.cluster.local');
  await waitFor('the public host is gone', async () => (await stage.ask(stage.url('next.shop.localhost'))).status === 404);
  await stage.configMap('config-domain', { 'example.com': '' });
  await stage.until(knativeServices, 'hello', 'has the new domain', (s) => s.status?.url === stage.url('hello.shop.example.com'));
  await stage.ready('hello');
  expect((await stage.ask(stage.url('hello.shop.example.com'))).status).toBe(200);
});

it('leaves nothing of a deleted Service', async () => {
  await stage.client.delete(knativeServices, 'hello', NAMESPACE);
  const ofHello = { namespace: NAMESPACE, labelSelector: 'serving.knative.dev/service=hello' };
  await waitFor(
    'everything of hello is gone',
    async () => {
      const lists = await Promise.all([
        stage.client.list(configurations, ofHello),
        stage.client.list(revisions, ofHello),
        stage.client.list(routes, ofHello),
        stage.client.list(httpRoutes, ofHello),
        stage.client.list(podAutoscalers, ofHello),
        stage.client.list(trafficPolicies, ofHello),
        stage.client.list(kinds.services, ofHello),
        stage.client.list(kinds.deployments, ofHello),
        stage.client.list(kinds.pods, ofHello),
      ]);
      return lists.every((list) => list.items.length === 0);
    },
    60_000,
  );
  expect((await stage.ask(stage.url('hello.shop.example.com'))).status).toBe(404);
});
