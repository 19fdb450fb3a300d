import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import {
  ACTION_ANNOTATION,
  ACTION_BY_ANNOTATION,
  CHANGED_BY_ANNOTATION,
  deliveryCrds,
  releases,
  strategies,
  strategySpecSchema,
  type StrategySpecInput,
} from '@tidegate/delivery-contract';
import { silentLogger, systemClock, type RunningPart } from '@tidegate/kernel';
import { KubeApiError, KubeClient, isAlreadyExists, kinds } from '@tidegate/kube';
import { startEmbeddedApi, type EmbeddedApi } from '@tidegate/kube-embedded';
import { gatewayApiCrds } from '@tidegate/mesh-contract';
import { tenancyCrds } from '@tidegate/tenancy-contract';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { servingCertificate } from '../src/certificate-secret.js';
import { startAdmissionWebhook } from '../src/index.js';
import { issueServingCertificate } from '../src/serving-certificate.js';

const NAMESPACE = 'shop';
let dir: string;
let api: EmbeddedApi;
let client: KubeClient;
let webhook: RunningPart;

async function startWebhook(): Promise<RunningPart> {
  const own = new KubeClient(api.transport('tidegate:webhook', ['system:masters']));
  return startAdmissionWebhook(
    { log: silentLogger, clock: systemClock, registry: new Registry(), fatal: (error) => console.error(error) },
    { client: own },
  );
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-admission-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  client = new KubeClient(api.transport('alice', ['system:masters']));
  for (const crd of [...gatewayApiCrds(), ...deliveryCrds(), ...tenancyCrds()]) await client.create(kinds.customResourceDefinitions, crd);
  for (const name of [NAMESPACE, 'tidegate-system']) {
    await client.create(kinds.namespaces, { metadata: { name } }).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
  await waitFor('strategies are served', () => client.list(strategies).then(() => true));
  await client.create(kinds.services, {
    metadata: { name: 'reviews', namespace: NAMESPACE },
    spec: { clusterIP: '127.1.1.1', selector: { app: 'reviews' }, ports: [{ name: 'http', port: 9080 }] },
  });
  await client.create(kinds.services, {
    metadata: { name: 'db', namespace: NAMESPACE },
    spec: { clusterIP: '127.1.1.2', selector: { app: 'db' }, ports: [{ name: 'mysql', port: 3306 }] },
  });
  for (const version of ['v1', 'v2']) {
    const labels = { app: 'reviews', version };
    await client.create(kinds.deployments, {
      metadata: { name: `reviews-${version}`, namespace: NAMESPACE, labels },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'reviews:1' }] } },
      },
    });
  }
  webhook = await startWebhook();
});
afterAll(async () => {
  await webhook.stop();
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

function create(name: string, spec: Partial<StrategySpecInput>, dryRun = true) {
  const full: StrategySpecInput = { service: 'reviews', principal: 'v1', ...spec };
  return client.create(strategies, { metadata: { name, namespace: NAMESPACE }, spec: full }, { dryRun });
}
async function refusalOf(spec: Partial<StrategySpecInput>): Promise<string> {
  try {
    await create('asked', spec);
    return '';
  } catch (error) {
    if (error instanceof KubeApiError) return error.message;
    throw error;
  }
}

it('fills in steps and says who asked', async () => {
  const made = await create('plain', { candidate: 'v2' });
  expect(made.spec.steps?.map((s) => s.weight)).toEqual([5, 25, 50]);
  expect(made.metadata?.annotations?.[CHANGED_BY_ANNOTATION]).toBe('alice');
});

it.each<[string, Partial<StrategySpecInput>, string[]]>([
  ['a Service that is not there', { service: 'nowhere' }, ['spec.service ("nowhere")', 'no such Service', 'Create the Service first']],
  ['a Service that is no HTTP', { service: 'db' }, ['spec.service ("db")', 'mysql', 'HTTP or gRPC']],
  ['a principal that is not there', { principal: 'v7' }, ['spec.principal ("v7")', 'app=reviews,version=v7', 'v1, v2']],
  ['a candidate that is not there', { candidate: 'v7' }, ['spec.candidate ("v7")', 'spec.candidatePatch']],
  ['weights that fall', { steps: [{ weight: 50 }, { weight: 5 }] }, ['spec.steps[1].weight (5)', 'must rise', '50']],
  ['three decimals', { steps: [{ weight: 0.125 }] }, ['spec.steps[0].weight (0.125)', 'two decimals', '0.13']],
  ['a mirror in a canary', { mirror: { percent: 10 } }, ['spec.mirror', 'type Canary makes no copies', 'Mirror']],
  [
    'a patch of a container that is not there',
    { candidate: 'v9', candidatePatch: { container: 'web', image: 'x' } },
    ['spec.candidatePatch.container ("web")', 'it has app'],
  ],
  ['a header that never arrives', { preview: { header: 'x-envoy-preview' } }, ['spec.preview.header', 'Choose another']],
  [
    'a pattern that proxies cannot run',
    { match: [{ headers: [{ name: 'a', type: 'Regex', value: '(?=x)' }] }] },
    ['spec.match[0].headers[0].value', 'RE2'],
  ],
  [
    'a maximum before the warm-up ends',
    { analysis: { warmup: '2m', maximumDuration: '1m' } },
    ['spec.analysis.maximumDuration ("1m")', '2m'],
  ],
])('refuses %s, with field, value and remedy', async (_, spec, words) => {
  const said = await refusalOf(spec);
  for (const word of words) expect(said).toContain(word);
});

it('lists every problem at once', async () => {
  const said = await refusalOf({ principal: 'v7', steps: [{ weight: 50 }, { weight: 5 }] });
  expect(said).toContain('has 2 problems');
});

it('lets one Strategy have a Service, whatever is asked later', async () => {
  await create('first', { candidate: 'v2' }, false);
  expect(await refusalOf({})).toContain('Strategy first moves the traffic of this Service already');
  const changed = await client.patch(strategies, 'first', NAMESPACE, { type: 'merge', body: { spec: { paused: true } } });
  expect(changed.spec.paused).toBe(true);
});

it('never stands in the way of what does not change the spec', async () => {
  await client.delete(kinds.services, 'reviews', NAMESPACE);
  const labelled = await client.patch(strategies, 'first', NAMESPACE, { type: 'merge', body: { metadata: { labels: { team: 'a' } } } });
  expect(labelled.metadata?.labels?.['team']).toBe('a');
});

it('signs a hand with the authenticated user, whoever it claims to be', async () => {
  const policy = strategySpecSchema.parse({ service: 'reviews', principal: 'v1', candidate: 'v2' });
  await client.create(releases, {
    metadata: { name: 'first-v2-1', namespace: NAMESPACE },
    spec: { strategy: 'first', service: 'reviews', principal: 'v1', candidate: 'v2', candidateHash: 'x', policy },
  });
  const annotations = { [ACTION_ANNOTATION]: 'pause', [ACTION_BY_ANNOTATION]: 'the boss' };
  const signed = await client.patch(releases, 'first-v2-1', NAMESPACE, { type: 'merge', body: { metadata: { annotations } } });
  expect(signed.metadata?.annotations?.[ACTION_BY_ANNOTATION]).toBe('the boss (alice)');
});

it('keeps its certificate over a restart, and answers under its new port', async () => {
  const secret = await client.get(kinds.secrets, 'tidegate-admission-webhook-tls', 'tidegate-system');
  await webhook.stop();
  expect(await refusalOf({ principal: 'v7' })).toContain('failed calling webhook');
  webhook = await startWebhook();
  expect(await refusalOf({ principal: 'v7' })).not.toContain('failed calling webhook');
  expect((await client.get(kinds.secrets, 'tidegate-admission-webhook-tls', 'tidegate-system'))?.data).toEqual(secret?.data);
});

it('renews its certificate in time, and replicas that still have the old one are trusted meanwhile', async () => {
  const where = { namespace: 'tidegate-system', name: 'renewed-tls' };
  const days = 24 * 3600 * 1000;
  const old = await servingCertificate(client, where, ['localhost'], Date.now() - 340 * days);
  const renewed = await servingCertificate(client, where, ['localhost'], Date.now());
  expect(renewed.certificatePem).not.toBe(old.certificatePem);
  for (const { certificatePem, keyPem } of [old, renewed]) expect(await handshake(certificatePem, keyPem, renewed.caPem)).toBe('trusted');
  const stranger = await issueServingCertificate(['localhost'], Date.now());
  expect(await handshake(stranger.certificatePem, stranger.keyPem, renewed.caPem)).not.toBe('trusted');
  const third = await servingCertificate(client, where, ['localhost'], Date.now() + 340 * days);
  expect(third.caPem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
});

/** `trusted`, or what the client says. */
async function handshake(cert: string, key: string, ca: string): Promise<string> {
  const server = createTlsServer({ cert, key }, (socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connectTls({ host: '127.0.0.1', port, ca, servername: 'localhost' });
  client.on('error', () => undefined);
  try {
    return await Promise.race([once(client, 'secureConnect').then(() => 'trusted'), once(client, 'error').then(([e]) => String(e))]);
  } catch (error) {
    return String(error);
  } finally {
    client.destroy();
    server.close();
  }
}
