import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { waitFor } from '@tidegate/testing';
import { openAuthority } from '../src/auth/certificates.js';
import { type EmbeddedApi, startEmbeddedApi } from '../src/server/start-embedded-api.js';
import { type Endpoint, endpointOf, rawCall, type RawAnswer } from './differential/raw-call.js';

interface Lamp {
  apiVersion: string;
  metadata: { name: string; uid?: string; labels?: Record<string, string> };
  spec: { watts?: number; power?: string };
}
interface Review {
  request: { uid: string; desiredAPIVersion: string; objects: Lamp[] };
}

let dir: string;
let api: EmbeddedApi;
let endpoint: Endpoint;
let webhook: Server;
let isBroken = false;
let forged: string | undefined;

/** v1 says watts as a number, v2 power as text. */
function turned(lamp: Lamp, apiVersion: string): Lamp {
  const { watts, power } = lamp.spec;
  const spec = apiVersion.endsWith('/v2') ? { power: `${watts ?? 0}W` } : { watts: Number((power ?? '0W').replace('W', '')) };
  return { ...lamp, apiVersion, metadata: { ...lamp.metadata, ...(forged ? { uid: forged } : {}), labels: { ...lamp.metadata.labels, seen: 'yes' } }, spec };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-conversion-'));
  const authority = await openAuthority(dir, Date.now());
  const { keyPem, certificatePem } = await authority.issueServer('webhook', ['127.0.0.1']);
  webhook = createServer({ key: keyPem, cert: certificatePem }, (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { uid, desiredAPIVersion, objects } = (JSON.parse(text) as Review).request;
      const result = isBroken ? { status: 'Failure', message: 'the lamp is broken' } : { status: 'Success' };
      const convertedObjects = isBroken ? [] : objects.map((lamp) => turned(lamp, desiredAPIVersion));
      response.end(JSON.stringify({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', response: { uid, result, convertedObjects } }));
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  api = await startEmbeddedApi({ dir: join(dir, 'api'), port: 0, clock: systemClock, log: silentLogger });
  endpoint = endpointOf(await api.issueKubeconfig('admin', ['system:masters']));
  const version = (name: string, storage: boolean, field: Record<string, unknown>) => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: field } } } },
  });
  const made = await rawCall(endpoint, {
    method: 'POST',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'lamps.light.example' },
      spec: {
        group: 'light.example',
        scope: 'Namespaced',
        names: { kind: 'Lamp', plural: 'lamps' },
        versions: [version('v1', false, { watts: { type: 'integer' } }), version('v2', true, { power: { type: 'string' } })],
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1'],
            clientConfig: {
              url: `https://127.0.0.1:${(webhook.address() as AddressInfo).port}/convert`,
              caBundle: Buffer.from(authority.certificatePem).toString('base64'),
            },
          },
        },
      },
    },
  });
  expect(made.status).toBe(201);
  await waitFor('lamps are served', async () => (await rawCall(endpoint, { path: lamps('v1') })).status === 200);
});
afterAll(async () => {
  await api.stop();
  webhook.closeAllConnections();
  webhook.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
  isBroken = false;
  forged = undefined;
});

const lamps = (version: string, name = ''): string => `/apis/light.example/${version}/namespaces/default/lamps${name && `/${name}`}`;
const create = (version: string, name: string, spec: Lamp['spec']): Promise<RawAnswer> =>
  rawCall(endpoint, { method: 'POST', path: lamps(version), body: { apiVersion: `light.example/${version}`, kind: 'Lamp', metadata: { name }, spec } });
const lampOf = ({ body }: RawAnswer): Lamp => body as Lamp;

it('answers each version in its own words, whatever it is stored in', async () => {
  const made = lampOf(await create('v1', 'desk', { watts: 40 }));
  expect(made).toMatchObject({ apiVersion: 'light.example/v1', spec: { watts: 40 } });
  const [old, stored] = await Promise.all([rawCall(endpoint, { path: lamps('v1', 'desk') }), rawCall(endpoint, { path: lamps('v2', 'desk') })]);
  expect(lampOf(old)).toMatchObject({ apiVersion: 'light.example/v1', spec: { watts: 40 } });
  expect(lampOf(stored)).toMatchObject({ apiVersion: 'light.example/v2', spec: { power: '40W' } });
  const list = await rawCall(endpoint, { path: lamps('v1') });
  expect((list.body as { items: Lamp[] }).items.map(({ spec }) => spec)).toEqual([{ watts: 40 }]);
});

it('takes labels from a webhook, and no other identity', async () => {
  const { uid = '' } = lampOf(await create('v1', 'hall', { watts: 5 })).metadata;
  const hall = (): Promise<RawAnswer> => rawCall(endpoint, { path: lamps('v1', 'hall') });
  expect(lampOf(await hall()).metadata).toMatchObject({ uid, labels: { seen: 'yes' } });
  forged = 'forged';
  expect(await hall()).toMatchObject({
    status: 500,
    body: {
      message: `conversion webhook for light.example/v2, Kind=Lamp returned invalid converted object at index 0: must have the same UID: ${uid} != forged`,
    },
  });
});

it('patches in the version that is patched', async () => {
  await create('v2', 'roof', { power: '10W' });
  const patched = await rawCall(endpoint, {
    method: 'PATCH',
    path: lamps('v1', 'roof'),
    contentType: 'application/merge-patch+json',
    body: { spec: { watts: 12 } },
  });
  expect(lampOf(patched)).toMatchObject({ apiVersion: 'light.example/v1', spec: { watts: 12 } });
  expect(lampOf(await rawCall(endpoint, { path: lamps('v2', 'roof') })).spec).toEqual({ power: '12W' });
});

it('shows watchers their version', async () => {
  await create('v2', 'seen', { power: '7W' });
  const answer = await rawCall(endpoint, { path: `${lamps('v1')}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Dseen` });
  expect(JSON.stringify(answer.body)).toContain('"watts":7');
});

it('tells what the webhook says when it fails, and deletes all the same', async () => {
  await create('v2', 'old', { power: '1W' });
  isBroken = true;
  const refused = await rawCall(endpoint, { path: lamps('v1', 'old') });
  expect(refused.status).toBe(500);
  expect((refused.body as { message: string }).message).toBe('conversion webhook for light.example/v2, Kind=Lamp failed: the lamp is broken');
  expect((await create('v1', 'new', { watts: 1 })).status).toBe(500);
  expect((await rawCall(endpoint, { method: 'DELETE', path: lamps('v2', 'old') })).status).toBe(200);
});
