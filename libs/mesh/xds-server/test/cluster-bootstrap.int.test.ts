import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { type KeyPair, issueAuthority, issueLeaf } from '@tidegate/mesh-ca';
import { askEnvoy, clusterBootstrap, provideEnvoy, startXdsServer, type XdsServer } from '../src/index.js';
import { cluster, endpoints, freePort, keysOf, listener, routes, snapshot, startPod, waitFor } from './envoy-fixture.js';

const CACHE = path.join(import.meta.dirname, '../../../../tmp/envoy');

let binary: string;
let folder: string;
let authority: KeyPair;
let xds: XdsServer;
let envoy: ChildProcess | undefined;
let healthPort: number;
let port: number;
let pod: Awaited<ReturnType<typeof startPod>>;
const at = (...names: string[]): string => path.join(folder, ...names);

async function certify(name: string, dnsName: string, by = authority, trusts = by): Promise<void> {
  const leaf = await issueLeaf(by, [dnsName], Date.now());
  mkdirSync(at(name), { recursive: true });
  // Envoy watches for a rename in the folder, which is what a kubelet's swap of its link is.
  for (const [file, text] of [
    ['tls.crt', leaf.certificate],
    ['tls.key', leaf.key],
    ['ca.crt', trusts.certificate],
  ] as const)
    writeFileSync(at(name, file), text);
}

function http(toPort: number, url: string): Promise<{ status: number; body: string; connection: string | undefined }> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port: toPort, path: url }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, connection: response.headers.connection }));
    }).on('error', (error) => resolve({ status: 0, body: error.message, connection: undefined }));
  });
}

function startEnvoy(expectedName = 'mesh.tidegate'): void {
  const to = (name: string, toPort: number): { host: string; port: number; name: string } => ({ host: '127.0.0.1', port: toPort, name });
  const files = clusterBootstrap({
    mesh: to(expectedName, xds.port() ?? 0),
    telemetry: to('telemetry.tidegate', 1),
    activator: to('activator.tidegate', 1),
    tlsFolder: at('gateway'),
    ownFolder: folder,
    adminSocket: at('admin.sock'),
    healthPort,
    drainToken: 'secret',
    drainSeconds: 1,
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  const flags = ['--service-node', 'gw-web-1', '--service-cluster', 'gw/shop/web', '--disable-hot-restart', '--concurrency', '1'];
  envoy = spawn(binary, ['-c', at('envoy.json'), ...flags, '--log-level', 'error'], { stdio: 'inherit' });
}

const ready = async (): Promise<boolean> => (await http(healthPort, '/ready')).status === 200;
const clusters = async (): Promise<string> => (await askEnvoy(at('admin.sock'), 'GET', '/clusters').catch(() => ({ body: '' }))).body;
const hasTried = async (): Promise<boolean> => /^xds::.*::cx_connect_fail::[1-9]/m.test(await clusters());
const world = () =>
  snapshot(
    cluster('c/one'),
    cluster('c/two'),
    endpoints('c/one', pod.port),
    endpoints('c/two', pod.port),
    routes('c/one', 'c/two', 10_000),
    listener(port),
  );

beforeAll(async () => {
  ({ binary } = await provideEnvoy({ dataDir: CACHE, log: silentLogger }));
  pod = await startPod('one');
}, 180_000);
afterAll(() => pod.server.close());

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tgc-'));
  [healthPort, port, authority] = await Promise.all([freePort(), freePort(), issueAuthority(Date.now())]);
  await certify('mesh', 'mesh.tidegate');
  await certify('gateway', 'gateway.tidegate');
  const listen = { host: '127.0.0.1', port: 0, tls: at('mesh') };
  xds = await startXdsServer({ listen, clock: systemClock, log: silentLogger, expected: () => [] });
});
afterEach(async () => {
  if (envoy) {
    const gone = new Promise((resolve) => envoy?.once('exit', resolve));
    envoy.kill('SIGKILL');
    await gone;
    envoy = undefined;
  }
  await xds.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('is ready with its first configuration and no earlier, and serves', async () => {
  startEnvoy();
  await waitFor('the proxy has connected', async () => /^xds::.*::rq_active::1$/m.test(await clusters()));
  expect(await ready()).toBe(false);
  xds.publish(world());
  await waitFor('it is ready', ready);
  expect(await http(port, '/')).toMatchObject({ status: 200, body: 'one' });
  expect((await http(healthPort, '/stats/prometheus')).status).toBe(200);
  for (const path of ['/quitquitquit', '/config_dump', '/drain', '/drain/other', '/ready/../config_dump'])
    expect({ path, status: (await http(healthPort, path)).status }).toEqual({ path, status: 404 });
});

it('a drain asks clients to leave, is answered after its time, and refuses nobody meanwhile', async () => {
  startEnvoy();
  xds.publish(world());
  await waitFor('it is ready', ready);
  expect((await http(port, '/')).connection).not.toBe('close');
  let answered = false;
  const drain = http(healthPort, '/drain/secret').then((answer) => {
    answered = true;
    return answer;
  });
  await waitFor('clients are told', async () => (await http(port, '/')).connection === 'close');
  expect(answered).toBe(false);
  expect(await http(port, '/')).toMatchObject({ status: 200, body: 'one' });
  expect((await drain).status).toBe(200);
  expect(await ready()).toBe(false);
});

it.each([
  { name: 'the server has another name than the proxy expects', given: () => Promise.resolve(), expects: 'telemetry.tidegate' },
  { name: 'the proxy has another name than the server expects', given: () => certify('gateway', 'api.tidegate') },
  {
    name: 'the proxy is of another authority',
    given: async () => certify('gateway', 'gateway.tidegate', await issueAuthority(Date.now()), authority),
  },
  {
    name: 'the server is of another authority',
    given: async () => certify('gateway', 'gateway.tidegate', authority, await issueAuthority(Date.now())),
  },
])('does not talk when $name', async ({ given, expects }) => {
  await given();
  startEnvoy(expects);
  xds.publish(world());
  await waitFor('it has tried', hasTried);
  expect(xds.proxies()).toEqual([]);
  expect(await ready()).toBe(false);
  // What kept them apart was the certificate alone: with another it goes on, without a restart.
  if (expects !== undefined) return;
  await certify('gateway2', 'gateway.tidegate');
  const { renameSync } = await import('node:fs');
  for (const file of ['tls.crt', 'tls.key', 'ca.crt']) renameSync(at('gateway2', file), at('gateway', file));
  await waitFor('it is ready', ready, 30_000);
  expect(xds.liveness(keysOf(world())).live).toBe(1);
});
