import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { KubeApiError, KubeClient, connect, crdFor, defineKind, isConflict, kinds, type KubeObject } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { z } from 'zod';
import { type EmbeddedApi, startEmbeddedApi } from '../src/server/start-embedded-api.js';

const dir = mkdtempSync(path.join(tmpdir(), 'tidegate-api-'));
let api: EmbeddedApi;
let inside: KubeClient;
let outside: KubeClient;
const start = (): Promise<EmbeddedApi> => startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });

async function clientOf(user: string, groups: string[]): Promise<KubeClient> {
  const file = path.join(dir, `${user}.kubeconfig`);
  writeFileSync(file, await api.issueKubeconfig(user, groups), { mode: 0o600 });
  return connect({ kubeconfigPath: file });
}
beforeAll(async () => {
  api = await start();
  inside = new KubeClient(api.transport('system:admin', ['system:masters']));
  outside = await clientOf('admin', ['system:masters']);
});
afterAll(async () => {
  await api.stop();
  rmSync(dir, { recursive: true });
});

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});
const deployment = (name: string, replicas?: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
});
const messageOf = async (work: Promise<unknown>): Promise<{ status: number; message: string }> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof KubeApiError) return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error('was not refused');
};

it('creates, reads, replaces and deletes, the same inside and over HTTPS', async () => {
  const made = await outside.create(kinds.configMaps, configMap('one', { a: '1' }));
  expect(made.metadata?.uid).toBeTruthy();
  expect((await inside.get(kinds.configMaps, 'one', 'default'))?.data).toEqual({ a: '1' });
  const changed = await inside.replace(kinds.configMaps, { ...made, data: { a: '2' } });
  expect(Number(changed.metadata?.resourceVersion)).toBeGreaterThan(Number(made.metadata?.resourceVersion));
  await outside.replace(kinds.configMaps, { ...made, data: { a: '3' } }).then(
    () => expect('replaced').toBe('refused'),
    (error: unknown) => expect(isConflict(error)).toBe(true),
  );
  await outside.delete(kinds.configMaps, 'one', 'default');
  expect(await inside.get(kinds.configMaps, 'one', 'default')).toBeUndefined();
});

it('keeps idle connections as long as Kubernetes does', async () => {
  const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: api.port, path: '/version', ca: api.caPem, agent: new Agent({ keepAlive: true }) });
    asked.once('response', (response) => resolve(response.destroy().headers)).once('error', reject);
    asked.end();
  });
  expect(headers['keep-alive']).toBe('timeout=90');
});

it('answers in the words of Kubernetes', async () => {
  await inside.create(kinds.configMaps, configMap('twice', {}));
  expect(await messageOf(outside.create(kinds.configMaps, configMap('twice', {})))).toMatchObject({
    status: 409,
    message: expect.stringContaining('configmaps "twice" already exists'),
  });
  expect(
    await messageOf(outside.create(kinds.configMaps, { ...configMap('x', {}), metadata: { name: 'x', namespace: 'gone' } })),
  ).toMatchObject({
    status: 404,
    message: expect.stringContaining('namespaces "gone" not found'),
  });
  const eve = await clientOf('eve', []);
  expect(await messageOf(eve.list(kinds.pods, { namespace: 'default' }))).toMatchObject({
    status: 403,
    message: expect.stringContaining(
      'pods is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "default"',
    ),
  });
});

it('sets defaults, generation and status as the kinds say', async () => {
  const made = await outside.create(kinds.deployments, deployment('web'));
  expect(made.spec?.replicas).toBe(1);
  expect(made.metadata?.generation).toBe(1);
  const scaled = await outside.patch(kinds.deployments, 'web', 'default', {
    type: 'merge',
    body: { spec: { replicas: 3 }, status: { replicas: 9 } },
  });
  expect([scaled.metadata?.generation, scaled.status?.replicas]).toEqual([2, undefined]);
  const status = await outside.patch(
    kinds.deployments,
    'web',
    'default',
    { type: 'merge', body: { spec: { replicas: 5 }, status: { replicas: 3 } } },
    { subresource: 'status' },
  );
  expect([status.spec?.replicas, status.status?.replicas, status.metadata?.generation]).toEqual([3, 3, 2]);
});

it('applies server-side: ownership, conflict, and what is no longer named goes', async () => {
  await outside.apply(kinds.configMaps, configMap('owned', { a: '1', b: '1' }), { fieldManager: 'one' });
  const conflict = await messageOf(outside.apply(kinds.configMaps, configMap('owned', { a: '2' }), { fieldManager: 'two', force: false }));
  expect(conflict).toMatchObject({
    status: 409,
    message: expect.stringContaining('Apply failed with 1 conflict: conflict with "one": .data.a'),
  });
  const applied = await outside.apply(kinds.configMaps, configMap('owned', { a: '1' }), { fieldManager: 'one' });
  expect(applied.data).toEqual({ a: '1' });
  const again = await outside.apply(kinds.configMaps, configMap('owned', { a: '1' }), { fieldManager: 'one' });
  expect(again.metadata?.resourceVersion).toBe(applied.metadata?.resourceVersion);
});

it('watches from a resource version, and filters by selector', async () => {
  const seen: string[] = [];
  const stop = new AbortController();
  const first = await inside.create(kinds.configMaps, configMap('w0', {}));
  const watching = (async () => {
    const query = { watch: 'true', resourceVersion: first.metadata?.resourceVersion ?? '', labelSelector: 'watched=yes' };
    for await (const { type, object } of outside.transport.watch({
      method: 'GET',
      path: '/api/v1/configmaps',
      query,
      signal: stop.signal,
    })) {
      seen.push(`${type} ${(object as KubeObject).metadata?.name}`);
    }
  })().catch(() => undefined);
  await inside.create(kinds.configMaps, {
    ...configMap('w1', {}),
    metadata: { name: 'w1', namespace: 'default', labels: { watched: 'yes' } },
  });
  await inside.create(kinds.configMaps, configMap('w2', {}));
  await inside.patch(kinds.configMaps, 'w2', 'default', { type: 'merge', body: { metadata: { labels: { watched: 'yes' } } } });
  await inside.patch(kinds.configMaps, 'w1', 'default', { type: 'merge', body: { metadata: { labels: { watched: null } } } });
  await waitFor('three frames', () => seen.length === 3);
  stop.abort();
  await watching;
  expect(seen).toEqual(['ADDED w1', 'ADDED w2', 'DELETED w1']);
});

it('keeps objects with finalizers until they are gone from it', async () => {
  await inside.create(kinds.configMaps, {
    ...configMap('kept', {}),
    metadata: { name: 'kept', namespace: 'default', finalizers: ['example.com/hold'] },
  });
  await outside.delete(kinds.configMaps, 'kept', 'default');
  expect((await inside.get(kinds.configMaps, 'kept', 'default'))?.metadata?.deletionTimestamp).toBeTruthy();
  await inside.patch(kinds.configMaps, 'kept', 'default', { type: 'merge', body: { metadata: { finalizers: null } } });
  expect(await inside.get(kinds.configMaps, 'kept', 'default')).toBeUndefined();
});

it('serves custom resources as soon as they are defined, and forgets them with their definition', async () => {
  const tides = defineKind<KubeObject & { spec: { height: number } }>({
    group: 'example.com',
    version: 'v1',
    kind: 'Tide',
    plural: 'tides',
    namespaced: true,
  });
  const crd = crdFor({
    kind: tides,
    schema: z.object({ height: z.int().min(0) }),
    statusSchema: z.object({ seen: z.boolean().optional() }),
  });
  await outside.create(kinds.customResourceDefinitions, crd);
  await waitFor(
    'the kind is established',
    async () =>
      (await inside.get(kinds.customResourceDefinitions, 'tides.example.com'))?.status?.conditions?.some((c) => c.type === 'Established') ??
      false,
  );
  await outside.apply(kinds.customResourceDefinitions, crd, { fieldManager: 'again' });
  const made = await outside.create(tides, {
    apiVersion: 'example.com/v1',
    kind: 'Tide',
    metadata: { name: 'high', namespace: 'default' },
    spec: { height: 3 },
  });
  expect(made.metadata?.generation).toBe(1);
  const refused = await messageOf(
    outside.create(tides, {
      apiVersion: 'example.com/v1',
      kind: 'Tide',
      metadata: { name: 'low', namespace: 'default' },
      spec: { height: -1 },
    }),
  );
  expect(refused).toMatchObject({ status: 422, message: expect.stringContaining('spec.height') });
  const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const watched = [inside, outside].map(async (client, i) => {
    const types: string[] = [];
    const frames = client.transport.watch({ method: 'GET', path: '/apis/example.com/v1/tides', query: { watch: 'true' }, signal: AbortSignal.timeout(10_000) });
    for await (const { type } of frames) if (types.push(type) === 1) begun[i]?.resolve();
    return types;
  });
  await Promise.all(begun.map((b) => b.promise));
  await outside.delete(kinds.customResourceDefinitions, 'tides.example.com');
  // As Kubernetes does: whoever watches sees the last object go, and the end.
  expect(await Promise.all(watched)).toEqual([['ADDED', 'DELETED'], ['ADDED', 'DELETED']]);
  await waitFor(
    'the definition is gone',
    async () => (await inside.get(kinds.customResourceDefinitions, 'tides.example.com')) === undefined,
  );
  expect(await messageOf(outside.list(tides))).toMatchObject({ status: 404 });
  for (const client of [inside, outside]) {
    for await (const frame of client.transport.watch({ method: 'GET', path: '/apis/example.com/v1/tides', query: { watch: 'true' } })) expect(frame).toMatchObject({ type: 'ERROR', object: { code: 404 } });
  }
});

it('finds everything again after a restart', async () => {
  await inside.create(kinds.configMaps, configMap('durable', { a: '1' }));
  await api.stop();
  api = await start();
  inside = new KubeClient(api.transport('system:admin', ['system:masters']));
  outside = await clientOf('admin', ['system:masters']);
  expect((await outside.get(kinds.configMaps, 'durable', 'default'))?.data).toEqual({ a: '1' });
});
