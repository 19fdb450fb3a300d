import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock, type RunningPart } from '@tidegate/kernel';
import { kinds } from '@tidegate/kube';
import { gatewayClasses, gateways, httpRoutes, trafficPolicies, type HttpBackendRef } from '@tidegate/mesh-contract';
import { envoyBootstrap, provideEnvoy, superviseEnvoy, type SupervisedEnvoy } from '@tidegate/mesh-xds-server';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { startMesh } from '../src/index.js';
import { ScriptedCluster } from './scripted-cluster.js';

const GATEWAY_ADDRESS = '127.77.1.1';
const CONTROLLER = 'tidegate.dev/gateway-controller';
const cluster = new ScriptedCluster();
const folder = mkdtempSync(path.join(tmpdir(), 'tgm-'));
const at = (name: string): string => path.join(folder, name);
const pods: Server[] = [];
let mesh: RunningPart;
let envoy: SupervisedEnvoy;
let port: number;

beforeAll(async () => {
  port = await freePort();
  await createObjects();
  mesh = await startPart();
  const { binary } = await provideEnvoy({ dataDir: path.join(import.meta.dirname, '../../../../tmp/envoy'), log: silentLogger });
  const sockets = {
    xdsSocket: at('xds.sock'),
    telemetrySocket: at('telemetry.sock'),
    activatorSocket: at('activator.sock'),
    adminSocket: at('admin.sock'),
  };
  writeFileSync(at('envoy.json'), JSON.stringify(envoyBootstrap({ nodeId: 'embedded', ...sockets })));
  envoy = await superviseEnvoy({
    binary,
    bootstrapPath: at('envoy.json'),
    adminSocket: at('admin.sock'),
    pidPath: at('envoy.pid'),
    concurrency: 1,
    clock: systemClock,
    log: silentLogger,
    drainMs: 500,
  });
}, 180_000);
afterAll(async () => {
  await envoy.stop();
  await mesh.stop();
  for (const pod of pods) pod.close();
  rmSync(folder, { recursive: true, force: true });
});

const startPart = (): Promise<RunningPart> =>
  startMesh(
    {
      log: silentLogger,
      clock: systemClock,
      registry: new Registry(),
      fatal: (error) => {
        throw error;
      },
    },
    { client: cluster.client, listen: { socket: at('xds.sock') }, mode: 'embedded', installKinds: false },
  );

async function createObjects(): Promise<void> {
  cluster.put(kinds.namespaces, { metadata: { name: 'shop' } });
  cluster.put(gatewayClasses, { metadata: { name: 'tidegate' }, spec: { controllerName: CONTROLLER } });
  cluster.put(gateways, {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { gatewayClassName: 'tidegate', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  });
  cluster.put(kinds.ipAddresses, {
    metadata: { name: GATEWAY_ADDRESS },
    spec: { parentRef: { group: 'gateway.networking.k8s.io', resource: 'gateways', namespace: 'shop', name: 'web' } },
  });
  cluster.put(kinds.configMaps, { metadata: { name: 'loopback-ports', namespace: 'tidegate-system' }, data: { '80': String(port) } });
  for (const name of ['one', 'two']) await createService(name);
  putRoute('r', [{ name: 'one', port: 80 }]);
}

async function createService(name: string): Promise<void> {
  const pod = createServer((_request, response) => response.end(name));
  pods.push(pod);
  await new Promise<void>((resolve) => pod.listen(0, '127.0.0.1', resolve));
  cluster.put(kinds.services, {
    metadata: { name, namespace: 'shop' },
    spec: { clusterIP: `127.77.2.${pods.length}`, ports: [{ name: 'http', port: 80 }] },
  });
  cluster.put(kinds.endpointSlices, {
    metadata: { name: `${name}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: (pod.address() as AddressInfo).port, protocol: 'TCP' }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
  });
}

function putRoute(name: string, backendRefs: HttpBackendRef[]): void {
  cluster.put(httpRoutes, { metadata: { name, namespace: 'shop' }, spec: { parentRefs: [{ name: 'web' }], rules: [{ backendRefs }] } });
}

function ask(): Promise<string> {
  return new Promise((resolve) => {
    const call = request({ host: GATEWAY_ADDRESS, port, headers: { host: 'shop.example' } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve(body));
    });
    call.on('error', (error) => resolve(error.message));
    call.end();
  });
}

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const free = (probe.address() as AddressInfo).port;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return free;
}

const isLive = (name: string, generation: number): boolean => {
  const live = cluster.routeCondition(name, 'Live');
  return live?.status === 'True' && live.observedGeneration === generation;
};

it('a route becomes live, says so, and its Gateway is programmed', async () => {
  await waitFor('the route is live', () => isLive('r', 1));
  expect(cluster.routeCondition('r', 'Live')).toMatchObject({ reason: 'Acknowledged', message: 'live on 1/1 proxies' });
  expect(cluster.routeCondition('r', 'Accepted')?.status).toBe('True');
  expect(cluster.routeCondition('r', 'ResolvedRefs')?.status).toBe('True');
  expect(await ask()).toBe('one');
  const conditions = cluster.get(gateways, 'shop', 'web')?.status?.['conditions'] as { type: string; status: string }[];
  expect(conditions.map((c) => `${c.type}=${c.status}`)).toEqual(['Accepted=True', 'Programmed=True']);
  expect(mesh.notReady()).toEqual([]);
});

it('a changed route is live in its new generation when the status says so', async () => {
  putRoute('r', [{ name: 'two', port: 80 }]);
  await waitFor('the new generation is live', () => isLive('r', 2));
  expect(await ask()).toBe('two');
});

it('an unchanged world is not written again', async () => {
  await waitFor('the route is live', () => isLive('r', 2));
  const before = cluster.statusWrites.length;
  putRoute('s', [{ name: 'one', port: 80 }]);
  await waitFor('another route is live', () => isLive('s', 1));
  expect(cluster.statusWrites.slice(before).filter((key) => key.endsWith('/r'))).toEqual([]);
  expect(cluster.statusWrites.slice(before).filter((key) => key.endsWith('/s'))).toEqual(['httproutes/shop/s']);
});

it('what another controller says about a route stays', async () => {
  const theirs = { parentRef: { name: 'other' }, controllerName: 'example.com/other', conditions: [] };
  const ours = (cluster.get(httpRoutes, 'shop', 'r')?.status?.['parents'] ?? []) as object[];
  cluster.writeStatus(httpRoutes, 'shop', 'r', { parents: [...ours, theirs] });
  putRoute('r', [{ name: 'one', port: 80 }]);
  await waitFor('the route is live', () => isLive('r', 3));
  expect(cluster.get(httpRoutes, 'shop', 'r')?.status?.['parents']).toContainEqual(theirs);
});

it('a route whose Gateway is gone is told of no more, and what another controller says stays', async () => {
  cluster.put(gateways, {
    metadata: { name: 'brief', namespace: 'shop' },
    spec: { gatewayClassName: 'tidegate', listeners: [{ name: 'http', port: 9999, protocol: 'HTTP' }] },
  });
  const spec = { parentRefs: [{ name: 'brief' }], rules: [{ backendRefs: [{ name: 'one', port: 80 }] }] };
  cluster.put(httpRoutes, { metadata: { name: 'orphan', namespace: 'shop' }, spec });
  await waitFor('the route is attached', () => cluster.routeCondition('orphan', 'Accepted')?.status === 'True');
  const theirs = { parentRef: { name: 'other' }, controllerName: 'example.com/other', conditions: [] };
  const ours = (cluster.get(httpRoutes, 'shop', 'orphan')?.status?.['parents'] ?? []) as object[];
  cluster.writeStatus(httpRoutes, 'shop', 'orphan', { parents: [...ours, theirs] });
  cluster.remove(gateways, 'shop', 'brief');
  await waitFor('our word is gone', () => cluster.routeCondition('orphan', 'Accepted') === undefined);
  expect(cluster.get(httpRoutes, 'shop', 'orphan')?.status?.['parents']).toEqual([theirs]);
  cluster.remove(httpRoutes, 'shop', 'orphan');
});

it('a mesh that starts again changes neither traffic nor status', async () => {
  const before = cluster.statusWrites.length;
  await mesh.stop();
  expect(await ask()).toBe('one');
  mesh = await startPart();
  putRoute('s', [{ name: 'two', port: 80 }]);
  await waitFor('the new mesh works', () => isLive('s', 2));
  expect(await ask()).toBe('one');
  expect(cluster.statusWrites.slice(before)).toEqual(['httproutes/shop/s']);
});

it('a route that proxies refuse is named with their words, and its neighbours go on', async () => {
  // A good expression, but larger than the bootstrap lets a proxy compile: only the proxy can tell.
  cluster.put(httpRoutes, {
    metadata: { name: 'bad', namespace: 'shop' },
    spec: {
      parentRefs: [{ name: 'web' }],
      rules: [
        { matches: [{ path: { type: 'RegularExpression', value: '/(alpha|beta|gamma){100}' } }], backendRefs: [{ name: 'one', port: 80 }] },
      ],
    },
  });
  putRoute('r', [{ name: 'two', port: 80 }]);
  await waitFor('the fault is told', () => cluster.routeCondition('bad', 'Live')?.reason === 'Rejected');
  expect(cluster.routeCondition('bad', 'Live')?.message).toContain('A proxy refused it');
  await waitFor('its neighbour is live', () => isLive('r', 4));
  expect(await ask()).toBe('two');
  putRoute('r', [{ name: 'one', port: 80 }]);
  await waitFor('its neighbour goes on', () => isLive('r', 5));
  putRoute('bad', [{ name: 'one', port: 80 }]);
  await waitFor('mended, it is live', () => isLive('bad', 2));
  cluster.remove(httpRoutes, 'shop', 'bad');
  putRoute('s', [{ name: 'one', port: 80 }]);
  await waitFor('the rest goes on', () => isLive('s', 3));
});

describe('a target that may sleep', () => {
  const policy = (): { status: string; reason: string; message: string }[] => {
    const conditions = (cluster.get(trafficPolicies, 'shop', 'two')?.status?.['conditions'] ?? []) as { type: string; status: string }[];
    return conditions.map((c) => ({ reason: '', message: '', ...c }));
  };
  const says = (type: string): { status: string; reason: string; message: string } | undefined =>
    (policy() as { type?: string; status: string; reason: string; message: string }[]).find((c) => c.type === type);
  const setReady = (ready: boolean): void => {
    const slice = cluster.get(kinds.endpointSlices, 'shop', 'two-1');
    if (!slice) throw new Error('there is no slice');
    cluster.put(kinds.endpointSlices, { ...slice, addressType: 'IPv4', endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready } }] });
  };
  const SLEEPS = 'this service sleeps, and what wakes it does not answer; try again\n';

  beforeAll(async () => {
    putRoute('r', [{ name: 'two', port: 80 }]);
    cluster.put(trafficPolicies, {
      metadata: { name: 'two', namespace: 'shop' },
      spec: { targetRef: { kind: 'Service', name: 'two' }, hold: { when: 'NoReadyEndpoints', timeoutSeconds: 5 } },
    });
    await waitFor('the policy is in force', () => says('Holding')?.status === 'False');
  });

  it('says that requests are passed on while an endpoint is ready', async () => {
    expect(says('Accepted')).toMatchObject({ status: 'True' });
    expect(says('Live')).toMatchObject({ status: 'True', message: 'live on 1/1 proxies' });
    expect(says('Holding')).toMatchObject({ reason: 'PassedOn', message: 'requests are passed on, live on 1/1 proxies' });
    expect(await ask()).toBe('two');
  });

  it('holds on every proxy before it says so, and passes on nothing before it has taken that back', async () => {
    for (let i = 0; i < 20; i++) {
      setReady(false);
      await waitFor('every proxy holds', () => says('Holding')?.status === 'True');
      expect(says('Holding')?.message).toBe('requests are held, live on 1/1 proxies');
      expect(await ask()).toBe(SLEEPS);
      const seen: string[] = [];
      const stop = cluster.onStatus((key, status) => {
        const conditions = (status['conditions'] ?? []) as { type: string; status: string }[];
        if (key.startsWith('trafficpolicies/')) seen.push(conditions.find((c) => c.type === 'Holding')?.status ?? '');
      });
      setReady(true);
      await waitFor('every proxy passes on', () => says('Holding')?.status === 'False');
      stop();
      expect(seen).toEqual(['Unknown', 'False']);
      expect(await ask()).toBe('two');
    }
  });

  it('takes back what an earlier process has said before it passes anything on', async () => {
    setReady(false);
    await waitFor('every proxy holds', () => says('Holding')?.status === 'True');
    await mesh.stop();
    setReady(true);
    cluster.refuseStatus = true;
    mesh = await startPart();
    putRoute('s', [{ name: 'one', port: 80 }]);
    await waitFor('the new mesh has published', () => mesh.notReady().length === 0);
    await waitFor('it tries to say so', () => cluster.refusedWrites > 0);
    expect(says('Holding')?.status).toBe('True');
    expect(await ask()).toBe(SLEEPS);
    cluster.refuseStatus = false;
    await waitFor('every proxy passes on', () => says('Holding')?.status === 'False');
    expect(await ask()).toBe('two');
  });

  it('goes with its policy', async () => {
    setReady(false);
    await waitFor('every proxy holds', () => says('Holding')?.status === 'True');
    cluster.remove(trafficPolicies, 'shop', 'two');
    await waitFor('nothing is held', async () => (await ask()) === 'this service has no ready endpoint\n');
    setReady(true);
    await waitFor('it answers', async () => (await ask()) === 'two');
  });
});

it('without its proxy a route is no longer called live', async () => {
  await envoy.stop();
  await waitFor('the absence is told', () => cluster.routeCondition('r', 'Live')?.status === 'False');
  expect(cluster.routeCondition('r', 'Live')).toMatchObject({
    reason: 'ProxyNotConfirmed',
    message: 'live on 0/1 proxies; waiting for embedded',
  });
});
