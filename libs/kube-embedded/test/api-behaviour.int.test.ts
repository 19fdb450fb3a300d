import { connect } from 'node:http2';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import {
  KubeClient,
  defineKind,
  kinds,
  type ConfigMap,
  type CustomResourceDefinition,
  type KubeObject,
  type WatchFrame,
} from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { startEmbeddedApi, type EmbeddedApi } from '../src/server/start-embedded-api.js';
import { endpointOf, rawCall } from './differential/raw-call.js';

let dir: string;
let api: EmbeddedApi;
let client: KubeClient;
const start = async (historyLimit?: number): Promise<void> => {
  api = await startEmbeddedApi({
    dir,
    port: 0,
    clock: systemClock,
    log: silentLogger,
    ...(historyLimit === undefined ? {} : { historyLimit }),
  });
  client = new KubeClient(api.transport('admin', ['system:masters']));
};
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-api-'));
  await start();
});
afterEach(async () => {
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({ metadata: { name, namespace: 'default' }, data });
const COLLECTION = '/api/v1/namespaces/default/configmaps';

describe('writes at the same time', () => {
  it('lose nothing: patches of one object are all applied', async () => {
    await client.create(kinds.configMaps, configMap('one'));
    const patches = Array.from({ length: 60 }, (_, i) =>
      client.patch(kinds.configMaps, 'one', 'default', { type: 'merge', body: { data: { [`k${i}`]: String(i) } } }),
    );
    await Promise.all(patches);
    expect(Object.keys((await client.get(kinds.configMaps, 'one', 'default'))?.data ?? {})).toHaveLength(60);
  });

  it('do not disturb a patch of the scale; a version that a scale names is held to', async () => {
    const labels = { app: 'scaled' };
    const containers = [{ name: 'c', image: 'example.dev/none:1' }];
    await client.create(kinds.deployments, {
      metadata: { name: 'scaled', namespace: 'default' },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    });
    const path = '/apis/apps/v1/namespaces/default/deployments/scaled/scale';
    const annotated = Array.from({ length: 30 }, (_, i) =>
      client.patch(kinds.deployments, 'scaled', 'default', { type: 'merge', body: { metadata: { annotations: { [`k${i}`]: 'x' } } } }),
    );
    const contentType = 'application/merge-patch+json';
    const scaled = Array.from({ length: 30 }, (_, i) =>
      client.transport.call({ method: 'PATCH', path, body: { spec: { replicas: i } }, contentType }),
    );
    await Promise.all(annotated);
    expect((await Promise.all(scaled)).map((answer) => answer.status)).toEqual(Array.from({ length: 30 }, () => 200));
    const stale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'scaled', namespace: 'default', resourceVersion: '1' } };
    const refused = await client.transport.call({ method: 'PUT', path, body: { ...stale, spec: { replicas: 3 } } });
    expect(refused.status).toBe(409);
  });

  it('give one winner to replacements of the same version', async () => {
    const made = await client.create(kinds.configMaps, configMap('raced'));
    const results = await Promise.allSettled(['a', 'b', 'c'].map((v) => client.replace(kinds.configMaps, { ...made, data: { v } })));
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    const refused = results.flatMap((r) => (r.status === 'rejected' ? [r.reason as { status: number; reason: string }] : []));
    expect(refused.map((r) => `${r.status} ${r.reason}`)).toEqual(['409 Conflict', '409 Conflict']);
  });
});

describe('lists in chunks', () => {
  it('show one state although objects come and go meanwhile', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, i) => client.create(kinds.configMaps, configMap(`m${String(i).padStart(2, '0')}`))));
    const first = await client.list(kinds.configMaps, { namespace: 'default', limit: 10 });
    await client.delete(kinds.configMaps, 'm15', 'default');
    await client.create(kinds.configMaps, configMap('m155'));
    await client.patch(kinds.configMaps, 'm20', 'default', { type: 'merge', body: { data: { late: 'yes' } } });
    const names = first.items.map((o) => o.metadata?.name);
    const values: unknown[] = [];
    for (let token = first.continue; token !== undefined;) {
      const chunk = await client.list(kinds.configMaps, { namespace: 'default', limit: 10, continue: token });
      expect(chunk.resourceVersion).toBe(first.resourceVersion);
      names.push(...chunk.items.map((o) => o.metadata?.name));
      values.push(...chunk.items.map((o) => o.data?.['late']));
      token = chunk.continue;
    }
    expect(names).toEqual(Array.from({ length: 30 }, (_, i) => `m${String(i).padStart(2, '0')}`));
    expect(values.every((v) => v === undefined)).toBe(true);
  });
});

describe('watches', () => {
  const frames = (query: Record<string, string>, stop: AbortSignal): AsyncIterator<WatchFrame> =>
    client.transport.watch({ method: 'GET', path: COLLECTION, query: { watch: 'true', ...query }, signal: stop })[Symbol.asyncIterator]();

  it('resume over a restart of the server without a gap', async () => {
    const stop = new AbortController();
    const made = await client.create(kinds.configMaps, configMap('a'));
    await client.create(kinds.configMaps, configMap('b'));
    await client.delete(kinds.configMaps, 'a', 'default');
    await api.stop();
    await start();
    await client.create(kinds.configMaps, configMap('c'));
    const watch = frames({ resourceVersion: made.metadata?.resourceVersion ?? '' }, stop.signal);
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { value } = await watch.next();
      seen.push(`${value.type} ${(value.object as KubeObject).metadata?.name ?? ''}`);
    }
    stop.abort();
    expect(seen).toEqual(['ADDED b', 'DELETED a', 'ADDED c']);
  });

  it('answer 410 when the changes are forgotten, and so do the rests of old lists', async () => {
    await api.stop();
    await start(20);
    const names = ['a', 'b', 'c'];
    const [made] = await Promise.all(names.map((name) => client.create(kinds.configMaps, configMap(name))));
    const { continue: token = '' } = await client.list(kinds.configMaps, { namespace: 'default', limit: 1 });
    for (let i = 0; i < 25; i++) await client.apply(kinds.configMaps, configMap('a', { v: String(i) }));
    const watch = frames({ resourceVersion: made?.metadata?.resourceVersion ?? '' }, new AbortController().signal);
    expect((await watch.next()).value).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    const rest = await client.transport.call({ method: 'GET', path: COLLECTION, query: { limit: '1', continue: token } });
    expect(rest).toMatchObject({ status: 410, body: { reason: 'Expired', message: expect.stringContaining('inconsistent list') } });
    const again = (rest.body as { metadata: { continue: string } }).metadata.continue;
    const inconsistent = await client.list(kinds.configMaps, { namespace: 'default', continue: again });
    expect(inconsistent.items.map((o) => o.metadata?.name)).toEqual(['b', 'c']);
  });

  it('tell a selector when objects come to match and stop matching', async () => {
    const stop = new AbortController();
    const { resourceVersion } = await client.list(kinds.configMaps);
    const watch = frames({ resourceVersion, labelSelector: 'on' }, stop.signal);
    const label = (on: string | null): Promise<unknown> =>
      client.patch(kinds.configMaps, 'm', 'default', { type: 'merge', body: { metadata: { labels: { on } } } });
    await client.create(kinds.configMaps, configMap('m'));
    await label('1');
    await label('2');
    await label(null);
    const types: string[] = [];
    for (let i = 0; i < 3; i++) types.push((await watch.next()).value.type);
    stop.abort();
    expect(types).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });
});

describe('custom resources', () => {
  const definition: CustomResourceDefinition = {
    metadata: { name: 'cats.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'cats', singular: 'cat', kind: 'Cat', listKind: 'CatList' },
      versions: ['v1', 'v1beta1'].map((name) => ({
        name,
        served: true,
        storage: name === 'v1',
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { lives: { type: 'integer', _default: 9 } } } },
          },
        },
      })),
    },
  };
  // The wire calls it `default`.
  const wire = JSON.parse(JSON.stringify(definition).replaceAll('_default', 'default')) as CustomResourceDefinition;
  const cats = defineKind<KubeObject & { spec?: { lives?: number } }>({
    group: 'example.com',
    version: 'v1',
    kind: 'Cat',
    plural: 'cats',
    namespaced: true,
  });
  const oldCats = { ...cats, version: 'v1beta1' };

  it('live and end with their definition', async () => {
    await client.create(kinds.customResourceDefinitions, wire);
    await waitFor(
      'cats are served',
      async () => (await client.transport.call({ method: 'GET', path: '/apis/example.com/v1/cats' })).status === 200,
    );
    const held = { metadata: { name: 'tom', namespace: 'default' }, spec: {} };
    expect((await client.create(cats, held)).spec?.lives).toBe(9);
    expect(await client.get(oldCats, 'tom', 'default')).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { lives: 9 } });
    const established = await client.get(kinds.customResourceDefinitions, 'cats.example.com');
    expect(established?.status?.conditions?.filter((c) => c.status === 'True').map((c) => c.type)).toEqual(
      expect.arrayContaining(['NamesAccepted', 'Established']),
    );

    await api.stop();
    await start();
    expect((await client.get(cats, 'tom', 'default'))?.spec?.lives).toBe(9);

    await client.delete(kinds.customResourceDefinitions, 'cats.example.com');
    await waitFor(
      'the definition is gone',
      async () => (await client.get(kinds.customResourceDefinitions, 'cats.example.com')) === undefined,
    );
    expect((await client.transport.call({ method: 'GET', path: '/apis/example.com/v1/cats' })).status).toBe(404);
    await client.create(kinds.customResourceDefinitions, wire);
    await waitFor(
      'cats are served again',
      async () => (await client.transport.call({ method: 'GET', path: '/apis/example.com/v1/cats' })).status === 200,
    );
    expect((await client.list(cats)).items).toEqual([]);
  });
});

describe('the network side', () => {
  it('speaks HTTP/2, refuses strangers, foreign names, pages and huge bodies', async () => {
    const endpoint = endpointOf(await api.issueKubeconfig('admin', ['system:masters']));
    const session = connect(api.url, { ca: endpoint.ca, cert: endpoint.cert, key: endpoint.key });
    const ask = (headers: Record<string, string>, body?: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ':path': '/api/v1/namespaces', ...headers });
        stream.on('response', (answer) => resolve(Number(answer[':status'])));
        stream.on('error', reject);
        stream.resume();
        stream.end(body);
      });
    try {
      expect(await ask({})).toBe(200);
      expect(session.alpnProtocol).toBe('h2');
      expect(await ask({ origin: 'https://evil.example' })).toBe(403);
      expect(await ask({ ':authority': 'evil.example' })).toBe(403);
      expect(await ask({ ':method': 'POST', 'content-type': 'application/json' }, 'x'.repeat(3_200_000))).toBe(413);
    } finally {
      session.destroy();
    }
    const stranger = await rawCall({ ...endpoint, cert: '', key: '' }, { path: '/api/v1/namespaces' });
    const impostor = await rawCall({ ...endpoint, cert: '', key: '' }, { path: '/api/v1/namespaces', token: 'nonsense' });
    expect(impostor.status).toBe(401);
    expect(stranger).toMatchObject({ status: 401, body: { reason: 'Unauthorized', message: 'Unauthorized' } });
  });

  it('lets a token act with the rights of its service account, until the account is made anew', async () => {
    await client.create(kinds.serviceAccounts, { metadata: { name: 'robot', namespace: 'default' } });
    const request = { method: 'POST' as const, path: '/api/v1/namespaces/default/serviceaccounts/robot/token', body: { spec: {} } };
    const { body } = await client.transport.call(request);
    const { token } = (body as { status: { token: string } }).status;
    const endpoint = { ...endpointOf(await api.issueKubeconfig('nobody', [])), cert: '', key: '' };
    const asRobot = (path: string): ReturnType<typeof rawCall> => rawCall(endpoint, { path, token });
    expect(await asRobot(COLLECTION)).toMatchObject({
      status: 403,
      body: {
        message:
          'configmaps is forbidden: User "system:serviceaccount:default:robot" cannot list resource "configmaps" in API group "" in the namespace "default"',
      },
    });
    await client.create(kinds.roleBindings, {
      metadata: { name: 'robot', namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
    });
    expect((await asRobot(COLLECTION)).status).toBe(200);
    expect((await asRobot('/api/v1/namespaces/default/secrets')).status).toBe(403);
    await client.delete(kinds.serviceAccounts, 'robot', 'default');
    await client.create(kinds.serviceAccounts, { metadata: { name: 'robot', namespace: 'default' } });
    expect((await asRobot(COLLECTION)).status).toBe(401);
  });
});
