import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Registry } from 'prom-client';
import { pause, silentLogger, systemClock } from '@tidegate/kernel';
import type { ObjectRef, Snapshot, XdsResource } from '@tidegate/mesh-snapshot';
import { envoyBootstrap, provideEnvoy, startXdsServer, superviseEnvoy, type SupervisedEnvoy, type XdsServer } from '../src/index.js';

const CACHE = path.join(import.meta.dirname, '../../../../tmp/envoy');

export interface Fixture {
  folder: string;
  port: number;
  envoy: SupervisedEnvoy;
  xds: XdsServer;
  restartXds(): Promise<XdsServer>;
  /** Responses that the present server has sent. */
  pushes(): Promise<number>;
  stop(): Promise<void>;
}

/** A real Envoy that asks a real xDS server, both on unix sockets of their own folder. */
export async function startFixture(): Promise<Fixture> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tgx-'));
  const at = (name: string): string => path.join(folder, name);
  const { binary } = await provideEnvoy({ dataDir: CACHE, log: silentLogger });
  let registry = new Registry();
  const listen = (): Promise<XdsServer> => {
    registry = new Registry();
    return startXdsServer({
      listen: { socket: at('xds.sock') },
      clock: systemClock,
      log: silentLogger,
      expected: () => [{ id: 'one', cluster: 'tidegate' }],
      registry,
    });
  };
  let xds = await listen();
  const bootstrap = envoyBootstrap({
    nodeId: 'one',
    xdsSocket: at('xds.sock'),
    telemetrySocket: at('telemetry.sock'),
    activatorSocket: at('activator.sock'),
    adminSocket: at('admin.sock'),
  });
  writeFileSync(at('envoy.json'), JSON.stringify(bootstrap));
  const envoy = await superviseEnvoy({
    binary,
    bootstrapPath: at('envoy.json'),
    adminSocket: at('admin.sock'),
    pidPath: at('envoy.pid'),
    concurrency: 1,
    clock: systemClock,
    log: silentLogger,
    drainMs: 1000,
  });
  return {
    folder,
    port: await freePort(),
    envoy,
    get xds() {
      return xds;
    },
    async pushes() {
      const metric = await registry.getSingleMetric('tidegate_xds_pushes_total')?.get();
      return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
    },
    async restartXds() {
      await xds.stop();
      xds = await listen();
      return xds;
    },
    async stop() {
      await envoy.stop();
      await xds.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function waitFor(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not in ${ms} ms: ${what}`);
    await pause(10);
  }
}

/** A pod that answers with its name. */
export async function startPod(name: string): Promise<{ port: number; server: Server }> {
  const server = createServer((_request, response) => response.end(name));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

export async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}

export function owner(name: string): ObjectRef {
  return { kind: 'HTTPRoute', namespace: 'shop', name, generation: 1 };
}

const ADS = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '30s' };

export function cluster(name: string, extra: Record<string, unknown> = {}): XdsResource {
  const body = { name, type: 'EDS', connect_timeout: '1s', eds_cluster_config: { eds_config: ADS }, ...extra };
  return { type: 'cluster', name, body, owners: [owner(name)] };
}

export function endpoints(name: string, port: number): XdsResource {
  const endpoint = { address: { socket_address: { address: '127.0.0.1', port_value: port } } };
  return { type: 'endpoints', name, body: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] }, owners: [owner(name)] };
}

/** Two versions by cumulative fractions, as buildSnapshot writes them; `share` of 10,000 goes to `first`. */
export function routes(first: string, second: string, share: number): XdsResource {
  const fraction = { default_value: { numerator: share, denominator: 'TEN_THOUSAND' } };
  const table = [
    { name: 'first', match: { prefix: '/', runtime_fraction: fraction }, route: { cluster: first } },
    { name: 'second', match: { prefix: '/' }, route: { cluster: second } },
  ];
  const hosts = [{ name: 'all', domains: ['*'], routes: table }];
  return { type: 'routes', name: 'r', body: { name: 'r', validate_clusters: false, virtual_hosts: hosts }, owners: [owner('r')] };
}

export function listener(port: number): XdsResource {
  const router = { name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } };
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'gateway',
    rds: { route_config_name: 'r', config_source: ADS },
    http_filters: [router],
  };
  const body = {
    name: 'l',
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
  };
  return { type: 'listener', name: 'l', body, owners: [owner('l')] };
}

export function snapshot(...resources: XdsResource[]): Snapshot {
  return { resources: new Map(resources.map((r) => [`${r.type}/${r.name}`, r])) };
}

export const keysOf = (s: Snapshot): string[] => [...s.resources.keys()];
