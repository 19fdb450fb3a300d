import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type KubeClient, kinds } from '@tidegate/kube';
import { gateways, httpRoutes } from '@tidegate/mesh-contract';
import { type BareEnvoy, fileLog, startBareEnvoy, staticCluster } from './bare-envoy.js';
import { printTable, quantile } from './judge-table.js';
import { LiveWatch } from './live-watch.js';
import { PlatformInstance, gatewayUrl } from './platform-instance.js';
import { cpuSeconds } from './process-reading.js';
import { wrk } from './wrk.js';

/** `node dist/gateway.js [ROUNDS]`: the platform's gateway beside an Envoy with a static route to the same upstream. Needs `wrk` on PATH. */
const ROUNDS = Number(process.argv[2] ?? 5);
const SECONDS = 6;
const CONNECTIONS = 32;
/** As many workers as the platform gives its Envoy. */
const WORKERS = 2;
const NAMESPACE = 'bench';
const ANSWER = 'x'.repeat(1_024);

interface Reading {
  perSecond: number;
  p99Ms: number;
  /** Microseconds of processor time per request: of the proxy, and of the process that reads its access log. */
  proxyUs: number;
  logUs: number;
  errors: number;
}

/** A bare Envoy; one that also writes the platform's access log, to the platform; the platform's gateway. */
const WAYS = ['bare', 'logging', 'platform'] as const;
type Way = (typeof WAYS)[number];

const instance = new PlatformInstance('gateway');
const started: BareEnvoy[] = [];
try {
  await instance.up({ empty: true });
  const binary = instance.envoyBinary();
  const upstream = await startBareEnvoy(binary, instance.data, 'bench-upstream', {
    routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: ANSWER } } }],
    clusters: [],
    workers: 1,
  });
  started.push(upstream);
  const bare = await startBareEnvoy(binary, instance.data, 'bench-bare', {
    routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream' } }],
    clusters: [staticCluster('upstream', upstream.port)],
    workers: WORKERS,
    manager: fileLog('/dev/null'),
  });
  started.push(bare);
  const url = await routeTo(await instance.client(), upstream.port);
  const logging = await startBareEnvoy(binary, instance.data, 'bench-logging', {
    routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream' } }],
    clusters: [staticCluster('upstream', upstream.port), telemetryCluster()],
    workers: WORKERS,
    manager: await platformLog(),
  });
  started.push(logging);
  const [envoy, traffic] = [await instance.pidOf('envoy'), await instance.pidOf('traffic')];
  const ways: Record<Way, () => Promise<Reading>> = {
    bare: () => measure(`http://127.0.0.1:${bare.port}/`, bare.pid, undefined),
    logging: () => measure(`http://127.0.0.1:${logging.port}/`, logging.pid, traffic),
    platform: () => measure(`${url}/`, envoy, traffic),
  };
  for (const way of WAYS) await ways[way]();
  const readings: Record<Way, Reading>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const found: Partial<Record<Way, Reading>> = {};
    // Alternating, and another one begins each round: what else runs on the machine meets all alike.
    for (let i = 0; i < WAYS.length; i++) {
      const way = WAYS[(round + i) % WAYS.length] ?? 'bare';
      found[way] = await ways[way]();
    }
    if (found.bare && found.logging && found.platform)
      readings.push({ bare: found.bare, logging: found.logging, platform: found.platform });
  }
  print(readings);
} finally {
  for (const envoy of started) await envoy.stop();
  await instance.end();
}

/** The platform's own access log, as its Envoy runs it. */
async function platformLog(): Promise<Record<string, unknown>> {
  const manager = managerIn(JSON.parse(await instance.ask('admin', '/config_dump?resource=dynamic_listeners')));
  if (!manager) throw new Error("The platform's Envoy has no HTTP listener.");
  return { access_log: manager['access_log'], access_log_options: manager['access_log_options'] };
}

function managerIn(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('access_log_options' in value) return { ...value };
  for (const inner of Object.values(value)) {
    const found = managerIn(inner);
    if (found) return found;
  }
  return undefined;
}

function telemetryCluster(): unknown {
  const bootstrap = JSON.parse(readFileSync(path.join(instance.data, 'private', 'envoy.json'), 'utf8')) as {
    static_resources: { clusters: { name: string }[] };
  };
  return bootstrap.static_resources.clusters.find((c) => c.name === 'telemetry');
}

/** A Gateway whose only route leads to a Service without pods: its EndpointSlice names the upstream. */
async function routeTo(client: KubeClient, port: number): Promise<string> {
  await client.apply(kinds.namespaces, { metadata: { name: NAMESPACE } });
  const named = (name: string) => ({ name, namespace: NAMESPACE });
  await client.apply(kinds.services, { metadata: named('upstream'), spec: { ports: [{ name: 'http', port: 80, targetPort: port }] } });
  await client.apply(kinds.endpointSlices, {
    metadata: { ...named('upstream-1'), labels: { 'kubernetes.io/service-name': 'upstream' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    ports: [{ name: 'http', port, protocol: 'TCP' }],
  });
  await client.apply(gateways, {
    metadata: named('gateway'),
    spec: { gatewayClassName: 'tidegate', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  });
  const watch = new LiveWatch(client, NAMESPACE);
  await watch.synced();
  await watch.live(
    await client.apply(httpRoutes, {
      metadata: named('all'),
      spec: { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs: [{ name: 'upstream', port: 80 }] }] },
    }),
    30_000,
  );
  watch.stop();
  return gatewayUrl(client, NAMESPACE, 'gateway');
}

async function measure(url: string, proxy: number, log: number | undefined): Promise<Reading> {
  const before = [cpuSeconds(proxy), log === undefined ? 0 : cpuSeconds(log)] as const;
  const { perSecond, p99Ms, requests, notGood, broken } = await wrk({ url, connections: CONNECTIONS, seconds: SECONDS });
  return {
    perSecond,
    p99Ms,
    proxyUs: ((cpuSeconds(proxy) - before[0]) * 1e6) / requests,
    logUs: log === undefined ? 0 : ((cpuSeconds(log) - before[1]) * 1e6) / requests,
    errors: notGood + broken,
  };
}

function print(readings: readonly Record<Way, Reading>[]): void {
  const row = (name: string, of: (r: Reading) => number, digits: number): string[] => {
    const median = (values: number[]): number => quantile(values, 0.5);
    const ratios = (way: Way): number[] => readings.map((r) => of(r[way]) / of(r.bare));
    return [
      name,
      ...WAYS.map((way) => median(readings.map((r) => of(r[way]))).toFixed(digits)),
      median(ratios('logging')).toFixed(2),
      `${median(ratios('platform')).toFixed(2)} (${ratios('platform')
        .map((r) => r.toFixed(2))
        .join(', ')})`,
    ];
  };
  printTable(
    `The gateway beside bare Envoys: ${CONNECTIONS} connections, ${SECONDS} s a run, ${ROUNDS} alternating rounds, medians; ratios to bare within a round`,
    ['', 'bare, log to /dev/null', "bare, platform's log", 'platform', 'ratio of the log', 'ratio of the platform'],
    [
      row('requests/s (aim: ratio >= 0.9)', (r) => r.perSecond, 0),
      row('p99 ms', (r) => r.p99Ms, 2),
      row('CPU us per request, proxy', (r) => r.proxyUs, 1),
      row('CPU us per request, with the reader of the log', (r) => r.proxyUs + r.logUs, 1),
    ],
  );
  const errors = WAYS.map((way) => `${way} ${readings.reduce((n, r) => n + r[way].errors, 0)}`);
  console.log(`Failed requests: ${errors.join(', ')}.`);
}
