import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPart, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, kinds } from '@tidegate/kube';
import { type EmbeddedApi, startEmbeddedApi } from '@tidegate/kube-embedded';
import { SERVING_NAMESPACE, configurations, knativeServices, servingCrds } from '@tidegate/serving-contract';
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
  for (const crd of servingCrds()) await client.create(kinds.customResourceDefinitions, crd);
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
  expect(made.body).toMatchObject({
    metadata: { annotations: { 'serving.knative.dev/creator': 'alice', 'serving.knative.dev/lastModifier': 'alice' } },
    spec: {
      template: {
        spec: { containerConcurrency: 0, timeoutSeconds: 300, enableServiceLinks: false, containers: [{ name: 'user-container' }] },
      },
      traffic: [{ latestRevision: true, percent: 100 }],
    },
  });
});

it.each([
  {
    name: 'a port of its own for the platform',
    body: service('no', { containers: [{ image: 'example.dev/hello:1', ports: [{ containerPort: 8022 }] }] }),
    says: /^admission webhook "validation\.webhook\.serving\.knative\.dev" denied the request: validation failed: .*8022/,
  },
  {
    name: 'traffic that does not sum to 100',
    body: service('no', { containers: [{ image: 'example.dev/hello:1' }] }, { traffic: [{ latestRevision: true, percent: 10 }] }),
    says: /denied the request: validation failed: Traffic targets sum to 10, want 100: spec\.traffic$/,
  },
  {
    name: 'a field that does not exist',
    body: service('no', { containers: [{ image: 'example.dev/hello:1', imag: 'x' }] }),
    says: /cannot decode incoming new object: json: unknown field "imag"$/,
  },
])('refuses $name', async ({ body, says }) => {
  const answer = await send('POST', SERVICES, body);
  expect([answer.status, message(answer)]).toEqual([400, expect.stringMatching(says)]);
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
