import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPart, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, kinds } from '@tidegate/kube';
import { type EmbeddedApi, startEmbeddedApi } from '@tidegate/kube-embedded';
import { SERVING_NAMESPACE, configurations, knativeServices, servingCrds } from '@tidegate/serving-contract';
import { tenancyCrds } from '@tidegate/tenancy-contract';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { startAdmissionWebhook } from '../src/index.js';

let dir: string;
let api: EmbeddedApi;
let client: KubeClient;
let webhook: RunningPart;
const SERVICES = '/apis/serving.knative.dev/v1/namespaces/default/services';
const CONFIG = `/api/v1/namespaces/${SERVING_NAMESPACE}/configmaps`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-admission-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  client = new KubeClient(api.transport('alice', ['system:masters']));
  for (const crd of [...servingCrds(), ...tenancyCrds()]) await client.create(kinds.customResourceDefinitions, crd);
  for (const name of [SERVING_NAMESPACE, 'tidegate-system']) await client.apply(kinds.namespaces, { metadata: { name } });
  await waitFor('Knative services are served', () => client.list(knativeServices).then(() => true));
  const own = new KubeClient(api.transport('tidegate:webhook', ['system:masters']));
  webhook = await startAdmissionWebhook(
    { log: silentLogger, clock: systemClock, registry: new Registry(), fatal: (error) => console.error(error) },
    { client: own },
  );
  await waitFor('the webhook is ready', () => webhook.notReady().length === 0 || undefined);
});
afterAll(async () => {
  await webhook.stop();
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

const service = (name: string, podSpec: object, more: object = {}): object => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { template: { spec: podSpec }, ...more },
});
const send = (method: 'POST' | 'PUT', path: string, body: object) => client.transport.call({ method, path, body });
const message = ({ body }: { body: unknown }): string => (body as { message: string }).message;

it('gives a Service its defaults and the name of its author', async () => {
  const made = await send('POST', SERVICES, service('hello', { containers: [{ image: 'example.dev/hello:1' }] }));
  expect(made.status).toBe(201);
  const { metadata, spec } = made.body as { metadata: { annotations: object }; spec: object };
  expect(metadata.annotations).toEqual({ 'serving.knative.dev/creator': 'alice', 'serving.knative.dev/lastModifier': 'alice' });
  expect(spec).toEqual({
    template: {
      metadata: {},
      spec: {
        containerConcurrency: 0,
        timeoutSeconds: 300,
        enableServiceLinks: false,
        containers: [
          {
            name: 'user-container',
            image: 'example.dev/hello:1',
            readinessProbe: { successThreshold: 1, tcpSocket: { port: 0 } },
            resources: {},
          },
        ],
      },
    },
    traffic: [{ latestRevision: true, percent: 100 }],
  });
});

it('counts no new generation for the same spec in the words of another client', async () => {
  interface Stored {
    metadata: { generation: number; annotations: Record<string, string> };
    spec: { template: { metadata: object; spec: object } };
  }
  const bob = new KubeClient(api.transport('bob', ['system:masters'])).transport;
  const path = `${SERVICES}/hello`;
  const before = (await client.transport.call({ method: 'GET', path })).body as Stored;
  const probe = { tcpSocket: { port: 0 }, successThreshold: 1 };
  const container = { name: 'user-container', image: 'example.dev/hello:1', resources: {}, readinessProbe: probe, stdin: false };
  const spec = { containers: [container], containerConcurrency: 0, timeoutSeconds: 300, enableServiceLinks: false, volumes: [] };
  const template = { metadata: { creationTimestamp: null, labels: {} }, spec };
  const same = await bob.call({ method: 'PUT', path, body: { ...before, spec: { ...before.spec, template } } });
  const after = same.body as Stored;
  expect([same.status, after.metadata.generation, after.spec]).toEqual([200, before.metadata.generation, before.spec]);
  expect(after.metadata.annotations['serving.knative.dev/lastModifier']).toBe('alice');

  const changed = { ...after, spec: { ...after.spec, template: { ...after.spec.template, spec: { ...spec, timeoutSeconds: 30 } } } };
  const other = (await bob.call({ method: 'PUT', path, body: changed })).body as Stored;
  expect(other.metadata).toMatchObject({
    generation: before.metadata.generation + 1,
    annotations: { 'serving.knative.dev/creator': 'alice', 'serving.knative.dev/lastModifier': 'bob' },
  });
});

const DENIED = 'admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: ';
const C0 = 'spec.template.spec.containers[0]';
it.each([
  {
    name: 'a port of its own for the platform',
    body: service('no', { containers: [{ image: 'example.dev/hello:1', ports: [{ containerPort: 8022 }] }] }),
    says: `${DENIED}invalid value: 8022 is a reserved port: ${C0}.ports.containerPort\n8022 is a reserved port, please use a different value`,
  },
  {
    name: 'traffic that does not sum to 100',
    body: service('no', { containers: [{ image: 'example.dev/hello:1' }] }, { traffic: [{ latestRevision: true, percent: 10 }] }),
    says: `${DENIED}Traffic targets sum to 10, want 100: spec.traffic`,
  },
  {
    name: 'several things at once, sorted',
    body: service('no', { containers: [{ tty: true, stdin: true }], timeoutSeconds: 601, nodeName: 'a' }),
    says: [
      `${DENIED}expected 0 <= 601 <= 600: spec.template.spec.timeoutSeconds`,
      `missing field(s): ${C0}.image`,
      `must not set the field(s): ${C0}.stdin, ${C0}.tty, spec.template.spec.nodeName`,
    ].join('\n'),
  },
  {
    name: 'a field that does not exist',
    body: service('no', { containers: [{ image: 'example.dev/hello:1', imag: 'x' }] }),
    says: 'admission webhook "webhook.serving.knative.dev" denied the request: mutation failed: cannot decode incoming new object: json: unknown field "imag"',
  },
])('refuses $name', async ({ body, says }) => {
  const answer = await send('POST', SERVICES, body);
  expect([answer.status, message(answer)]).toEqual([400, says]);
});

it('keeps the spec of a Revision, and the name of a template that changes', async () => {
  const revisions = '/apis/serving.knative.dev/v1/namespaces/default/revisions';
  const revision = (image: string): object => ({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: { name: 'lone' },
    spec: { containers: [{ image }] },
  });
  expect((await send('POST', revisions, revision('example.dev/hello:1'))).status).toBe(201);
  const patched = await client.transport.call({
    method: 'PATCH',
    path: `${revisions}/lone`,
    contentType: 'application/merge-patch+json',
    body: { spec: { timeoutSeconds: 5 } },
  });
  expect([patched.status, message(patched)]).toEqual([
    400,
    `${DENIED}Immutable fields changed (-old +new): spec\n*{v1.RevisionSpec}.TimeoutSeconds:\n\t-: "300"\n\t+: "5"\n`,
  ]);

  const named = (image: string): object => ({
    ...service('byo', {}),
    spec: { template: { metadata: { name: 'byo-one' }, spec: { containers: [{ image }] } } },
  });
  const made = (await send('POST', SERVICES, named('example.dev/hello:1'))).body as { spec: object };
  const next = JSON.parse(JSON.stringify(made).replace('hello:1', 'hello:2')) as object;
  expect(message(await send('PUT', `${SERVICES}/byo`, next))).toBe(
    `${DENIED}Saw the following changes without a name change (-old +new): spec.template.metadata.name\n` +
      '{*v1.RevisionTemplateSpec}.Spec.PodSpec.Containers[0].Image:\n\t-: "example.dev/hello:1"\n\t+: "example.dev/hello:2"\n',
  );
  expect((await send('PUT', `${SERVICES}/byo`, made)).status).toBe(200);
});

it('knows the config maps as they are now, and refuses broken ones', async () => {
  const map = (data: object): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config-defaults' }, data });
  const broken = await send('POST', CONFIG, map({ 'revision-timeout-seconds': 'soon' }));
  expect([broken.status, message(broken)]).toEqual([400, expect.stringContaining('config.webhook.serving.knative.dev')]);
  expect((await send('POST', CONFIG, map({ 'revision-timeout-seconds': '42' }))).status).toBe(201);
  await waitFor('the new default', async () => {
    const dry = await client.transport.call({
      method: 'POST',
      path: SERVICES,
      query: { dryRun: 'All' },
      body: service('later', { containers: [{ image: 'example.dev/hello:1' }] }),
    });
    const { spec } = dry.body as { spec: { template: { spec: { timeoutSeconds: number } } } };
    return spec.template.spec.timeoutSeconds === 42 || undefined;
  });
});

it('lets an owner write what belongs to it, unsigned', async () => {
  const owner = await client.get(knativeServices, 'hello', 'default');
  const made = await client.create(configurations, {
    metadata: {
      name: 'hello',
      namespace: 'default',
      ownerReferences: [
        { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'hello', uid: owner?.metadata?.uid ?? '', controller: true },
      ],
    },
    spec: { template: { spec: { containers: [{ name: 'user-container', image: 'example.dev/hello:1' }] } } },
  });
  expect(made.metadata?.annotations?.['serving.knative.dev/creator']).toBeUndefined();
});
