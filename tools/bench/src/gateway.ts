import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type KubeClient, kinds } from '@tidegate/kube';
import { gateways, httpRoutes } from '@tidegate/mesh-contract';
import { type BareEnvoy, startBareEnvoy, staticCluster } from './bare-envoy.js';
import { printTable, quantile } from './judge-table.js';
import { LiveWatch } from './live-watch.js';
import { PlatformInstance, gatewayUrl } from './platform-instance.js';
import { cpuSeconds } from './process-reading.js';

/** `node dist/gateway.js [ROUNDS]`: the platform's gateway beside an Envoy with a static route to the same upstream. Needs `wrk` on PATH. */
const ROUNDS = Number(process.argv[2] ?? 5);
const SECONDS = 8;
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

const run = promisify(execFile);
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
    accessLogFile: '/dev/null',
  });
  started.push(bare);
  const url = await routeTo(await instance.client(), upstream.port);
  const [envoy, traffic] = [await instance.pidOf('envoy'), await instance.pidOf('traffic')];
  const readings: { bare: Reading; platform: Reading }[] = [];
  await measure(`http://127.0.0.1:${bare.port}/`, bare.pid, undefined);
  await measure(`${url}/`, envoy, traffic);
  for (let round = 0; round < ROUNDS; round++) {
    // Alternating, and the first of a round changes: what else runs on the machine meets both alike.
    const asBare = () => measure(`http://127.0.0.1:${bare.port}/`, bare.pid, undefined);
    const asPlatform = () => measure(`${url}/`, envoy, traffic);
    if (round % 2 === 0) readings.push({ bare: await asBare(), platform: await asPlatform() });
    else {
      const platform = await asPlatform();
      readings.push({ platform, bare: await asBare() });
    }
  }
  print(readings);
} finally {
  for (const envoy of started) await envoy.stop();
  await instance.end();
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
  const { stdout } = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '--latency', url]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
  const socket = [.../(?:connect|read|write|timeout) (\d+)/g[Symbol.matchAll](stdout)].reduce((n, found) => n + Number(found[1]), 0);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p99Ms: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    proxyUs: ((cpuSeconds(proxy) - before[0]) * 1e6) / requests,
    logUs: log === undefined ? 0 : ((cpuSeconds(log) - before[1]) * 1e6) / requests,
    errors: bad + socket,
  };
}

function milliseconds(found: RegExpExecArray | null): number {
  const factor = { us: 0.001, ms: 1, s: 1_000 }[found?.[2] ?? ''] ?? NaN;
  return Number(found?.[1]) * factor;
}

function print(readings: readonly { bare: Reading; platform: Reading }[]): void {
  const median = (which: 'bare' | 'platform', of: (r: Reading) => number): number =>
    quantile(
      readings.map((r) => of(r[which])),
      0.5,
    );
  const row = (name: string, of: (r: Reading) => number, digits: number): string[] => {
    const ratios = readings.map((r) => of(r.platform) / of(r.bare));
    const [bare, platform] = [median('bare', of), median('platform', of)];
    return [
      name,
      bare.toFixed(digits),
      platform.toFixed(digits),
      quantile(ratios, 0.5).toFixed(2),
      ratios.map((r) => r.toFixed(2)).join(', '),
    ];
  };
  printTable(
    `Through the gateway and through a bare Envoy (log to /dev/null): ${CONNECTIONS} connections, ${SECONDS} s a run, ${ROUNDS} alternating rounds, medians`,
    ['', 'bare', 'platform', 'ratio (median of rounds)', 'ratios'],
    [
      row('requests/s (aim: ratio >= 0.9)', (r) => r.perSecond, 0),
      row('p99 ms', (r) => r.p99Ms, 2),
      row('CPU us per request, proxy', (r) => r.proxyUs, 1),
      row('CPU us per request, with the reader of the log', (r) => r.proxyUs + r.logUs, 1),
      row('requests per proxy CPU second', (r) => 1e6 / r.proxyUs, 0),
    ],
  );
  const errors = (which: 'bare' | 'platform') => readings.reduce((n, r) => n + r[which].errors, 0);
  console.log(`Failed requests: bare ${errors('bare')}, platform ${errors('platform')}.`);
}
