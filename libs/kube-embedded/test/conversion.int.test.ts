import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { type CustomResourceDefinition, KubeApiError, type KubeClient, type KubeObject, connect, defineKind, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { openAuthority } from '../src/auth/certificates.js';
import { type EmbeddedApi, startEmbeddedApi } from '../src/server/start-embedded-api.js';

/**
 * Versions of a kind that a webhook converts. With TIDEGATE_TEST_KUBECONFIG the same is asked of that API server: it has to reach this machine's loopback
 * interface.
 */
const real = process.env['TIDEGATE_TEST_KUBECONFIG'];
const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-conversion-'));

interface Old extends KubeObject {
  spec: { height: string };
}
interface New extends KubeObject {
  spec: { height: { value: number; unit: string }; kept?: string };
  status?: { seen: boolean };
}
const tides = { v1: defineKind<Old>({ group: 'conversion.example', version: 'v1', kind: 'Tide', plural: 'tides', namespaced: true }), v2: defineKind<New>({ group: 'conversion.example', version: 'v2', kind: 'Tide', plural: 'tides', namespaced: true }) };

interface Review {
  request: { uid: string; desiredAPIVersion: string; objects: (Old | New)[] };
}
/** `3 m` of v1 is `{value: 3, unit: m}` of v2. */
function convert(object: Old | New, apiVersion: string): object {
  const { spec, metadata } = object;
  const height = typeof spec.height === 'string' ? { value: Number(spec.height.split(' ')[0]), unit: spec.height.split(' ')[1] } : `${spec.height.value} ${spec.height.unit}`;
  const labels = { ...metadata?.labels, 'came-from': (object.apiVersion ?? '').split('/')[1] ?? '' };
  // Kubernetes takes over labels and annotations alone.
  return { ...object, apiVersion, metadata: { ...metadata, labels, generation: 99 }, spec: { ...spec, height } };
}

let api: EmbeddedApi | undefined;
let client: KubeClient;
let server: Server;
let answer: (review: Review) => object = () => ({});
const asked: number[] = [];
const succeed = ({ request }: Review): object => ({ result: { status: 'Success' }, convertedObjects: request.objects.map((o) => convert(o, request.desiredAPIVersion)) });

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: unknown) => (error instanceof KubeApiError ? { status: error.status, message: error.message.replaceAll(/:\d{4,5}/g, ':PORT') } : error),
  );

beforeAll(async () => {
  if (!real) api = await startEmbeddedApi({ dir: path.join(folder, 'api'), port: 0, clock: systemClock, log: silentLogger });
  const file = path.join(folder, 'kubeconfig');
  if (api) writeFileSync(file, await api.issueKubeconfig('admin', ['system:masters']), { mode: 0o600 });
  client = await connect({ kubeconfigPath: real ?? file });
  const authority = await openAuthority(folder, Date.now());
  const { keyPem, certificatePem } = await authority.issueServer('webhook', ['127.0.0.1']);
  server = createServer({ key: keyPem, cert: certificatePem }, (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const review = JSON.parse(text) as Review;
      asked.push(review.request.objects.length);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', response: { uid: review.request.uid, ...answer(review) } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/convert`;
  const height = { v1: { type: 'string' }, v2: { type: 'object', properties: { value: { type: 'number' }, unit: { type: 'string', default: 'm' } } } };
  const version = (name: 'v1' | 'v2') => ({
    name,
    served: true,
    storage: name === 'v1',
    subresources: { status: {} },
    schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { height: height[name], ...(name === 'v2' ? { kept: { type: 'string' } } : {}) } }, status: { type: 'object', properties: { seen: { type: 'boolean' } } } } } },
  });
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'tides.conversion.example' },
    spec: {
      group: 'conversion.example',
      names: { kind: 'Tide', plural: 'tides' },
      scope: 'Namespaced',
      versions: [version('v1'), version('v2')],
      conversion: { strategy: 'Webhook', webhook: { clientConfig: { url, caBundle: Buffer.from(authority.certificatePem).toString('base64') }, conversionReviewVersions: ['v1'] } },
    },
  } as CustomResourceDefinition;
  answer = succeed;
  await client.create(kinds.customResourceDefinitions, definition);
  await waitFor('both versions are served', () => Promise.all([client.list(tides.v1), client.list(tides.v2)]).then(() => true, () => false));
});
afterAll(async () => {
  answer = succeed;
  await client.delete(kinds.customResourceDefinitions, 'tides.conversion.example');
  server.closeAllConnections();
  server.close();
  await api?.stop();
  rmSync(folder, { recursive: true });
});

const old = (name: string, height: string): Old => ({ apiVersion: 'conversion.example/v1', kind: 'Tide', metadata: { name, namespace: 'default' }, spec: { height } });

it('shows what was written in one version in the other, with its own bookkeeping', async () => {
  const made = await client.create(tides.v1, old('high', '3 m'));
  expect(made).toMatchObject({ apiVersion: 'conversion.example/v1', spec: { height: '3 m' } });
  const seen = await client.get(tides.v2, 'high', 'default');
  expect(seen).toMatchObject({ apiVersion: 'conversion.example/v2', kind: 'Tide', metadata: { uid: made.metadata?.uid, generation: 1, labels: { 'came-from': 'v1' } }, spec: { height: { value: 3, unit: 'm' } } });
  expect((await client.get(tides.v1, 'high', 'default'))?.metadata?.labels).toBeUndefined();
});

it('stores what is written in another version as the storage version has it', async () => {
  const made = await client.create(tides.v2, { ...old('low', ''), apiVersion: 'conversion.example/v2', spec: { height: { value: 1, unit: 'm' } } } as New);
  expect(made).toMatchObject({ apiVersion: 'conversion.example/v2', spec: { height: { value: 1, unit: 'm' } } });
  expect(await client.get(tides.v1, 'low', 'default')).toMatchObject({ spec: { height: '1 m' }, metadata: { labels: { 'came-from': 'v2' } } });
});

it('asks once for a whole list, and only for those of another version', async () => {
  asked.length = 0;
  expect((await client.list(tides.v2, { namespace: 'default' })).items.map((o) => [o.metadata?.name, o.spec.height])).toEqual([['high', { value: 3, unit: 'm' }], ['low', { value: 1, unit: 'm' }]]);
  // kube-apiserver lists from a cache of each version, which it had converted before.
  expect(asked).toEqual(real ? [] : [2]);
  asked.length = 0;
  await client.list(tides.v1, { namespace: 'default' });
  expect(asked).toEqual([]);
});

it('changes through any version: patch, apply, status', async () => {
  const patched = await client.patch(tides.v2, 'high', 'default', { type: 'merge', body: { spec: { height: { value: 4 } } } });
  expect(patched.spec.height).toEqual({ value: 4, unit: 'm' });
  expect((await client.get(tides.v1, 'high', 'default'))?.spec.height).toBe('4 m');
  await client.apply(tides.v2, { ...old('high', ''), apiVersion: 'conversion.example/v2', spec: { height: { value: 5, unit: 'm' } } } as New, { fieldManager: 'somebody', force: true });
  expect((await client.get(tides.v1, 'high', 'default'))?.spec.height).toBe('5 m');
  await client.patch(tides.v2, 'high', 'default', { type: 'merge', body: { status: { seen: true } } }, { subresource: 'status' });
  expect(await client.get(tides.v1, 'high', 'default')).toMatchObject({ status: { seen: true }, spec: { height: '5 m' } });
});

it('watches in the version that is asked for', async () => {
  const stop = new AbortController();
  const seen: unknown[] = [];
  const watching = (async () => {
    for await (const { type, object } of client.transport.watch({ method: 'GET', path: '/apis/conversion.example/v2/namespaces/default/tides', query: { watch: 'true', resourceVersion: '0', fieldSelector: 'metadata.name=seen' }, signal: stop.signal })) seen.push([type, (object as New).apiVersion, (object as New).spec.height]);
  })().catch(() => undefined);
  await client.create(tides.v1, old('seen', '7 m'));
  await waitFor('it is seen', () => seen.length === 1);
  await client.delete(tides.v1, 'seen', 'default');
  await waitFor('its end is seen', () => seen.length === 2);
  stop.abort();
  await watching;
  expect(seen).toEqual([['ADDED', 'conversion.example/v2', { value: 7, unit: 'm' }], ['DELETED', 'conversion.example/v2', { value: 7, unit: 'm' }]]);
});

it.each<[string, (review: Review) => object, string]>([
  ['refuses', () => ({ result: { status: 'Failure', message: 'no tides today' } }), 'conversion webhook for conversion.example/v1, Kind=Tide failed: no tides today'],
  ['says nothing', () => ({ result: { status: 'Failed' } }), "conversion webhook for conversion.example/v1, Kind=Tide failed: response.result.status was 'Failed', not 'Success'"],
  ['answers another question', (review) => ({ ...succeed(review), uid: 'x' }), 'conversion webhook for conversion.example/v1, Kind=Tide failed: expected response.uid='],
  ['loses one', () => ({ result: { status: 'Success' }, convertedObjects: [] }), 'conversion webhook for conversion.example/v1, Kind=Tide returned 0 objects, expected 1'],
  ['converts to another version', ({ request }) => ({ result: { status: 'Success' }, convertedObjects: request.objects }), 'conversion webhook for conversion.example/v1, Kind=Tide returned invalid object at index 0: invalid groupVersion (expected conversion.example/v2, received conversion.example/v1)'],
  ['renames', ({ request }) => ({ result: { status: 'Success' }, convertedObjects: request.objects.map((o) => ({ ...o, apiVersion: 'conversion.example/v2', metadata: { ...o.metadata, name: 'other' } })) }), 'conversion webhook for conversion.example/v1, Kind=Tide returned invalid object: must have the same name: high != other'],
])('tells of a webhook that %s', async (_, answers, message) => {
  answer = answers;
  try {
    expect(await failureOf(client.get(tides.v2, 'high', 'default'))).toMatchObject({ status: 500, message: expect.stringContaining(message) });
    // The version that is stored needs nobody.
    expect((await client.get(tides.v1, 'high', 'default'))?.spec.height).toBe('5 m');
  } finally {
    answer = succeed;
  }
});

it.each<[string, object, string[]]>([
  ['nothing', {}, ['spec.conversion.webhookClientConfig', 'spec.conversion.conversionReviewVersions']],
  ['no address', { webhook: { clientConfig: {}, conversionReviewVersions: ['v1'] } }, ['spec.conversion.webhookClientConfig']],
  ['no known version', { webhook: { clientConfig: { url: 'https://x.example/' }, conversionReviewVersions: ['v9'] } }, ['spec.conversion.conversionReviewVersions']],
])('refuses a definition with %s of a webhook', async (_, conversion, fields) => {
  const error: unknown = await client
    .create(kinds.customResourceDefinitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'ebbs.conversion.example' },
      spec: { group: 'conversion.example', names: { kind: 'Ebb', plural: 'ebbs' }, scope: 'Namespaced', versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }], conversion: { strategy: 'Webhook', ...conversion } },
    } as CustomResourceDefinition)
    .catch((refusal: unknown) => refusal);
  expect(error instanceof KubeApiError ? error.details?.causes?.map((c) => c.field) : error).toEqual(fields);
});
