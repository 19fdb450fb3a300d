import { type KubeClient, kinds } from '@tidegate/kube';
import { type HttpRoute, gateways, httpRoutes } from '@tidegate/mesh-contract';
import { printTable, quantile } from './judge-table.js';
import { LiveWatch } from './live-watch.js';
import { type HistogramReading, readHistogram } from './metric-text.js';
import { PlatformInstance, sleep } from './platform-instance.js';
import { residentMb } from './process-reading.js';

/** `node dist/routes.js [CHANGES] [SIZE ...]`: what one changed route costs among many, each with a host name, a Service and an endpoint of its own. */
const CHANGES = Number(process.argv[2] ?? 100);
const SIZES = process.argv.length > 3 ? process.argv.slice(3).map(Number) : [1, 1_000, 5_000];
const NAMESPACE = 'bench';
const PARALLEL = 16;
const FILL_LIMIT_MS = 240_000;
const CHANGES_LIMIT_MS = 60_000;
/** For the statuses of all the new routes. */
const SETTLE_MS = 15_000;

const instance = new PlatformInstance('routes');
try {
  await instance.up({ empty: true });
  const client = await instance.client();
  await client.apply(kinds.namespaces, { metadata: { name: NAMESPACE } });
  await client.apply(gateways, {
    metadata: { name: 'gateway', namespace: NAMESPACE },
    spec: { gatewayClassName: 'tidegate', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  });
  const watch = new LiveWatch(client, NAMESPACE);
  await watch.synced();
  const [envoy, traffic, cluster] = [await instance.pidOf('envoy'), await instance.pidOf('traffic'), await instance.pidOf('cluster')];
  const memory = (): string[] => [traffic, envoy, cluster].map((pid) => residentMb(pid).toFixed(0));
  const rows = [['0', '-', '-', '-', '-', '-', '-', ...memory()]];
  let made = 0;
  for (const size of SIZES) {
    const filled = await fill(client, made, size);
    made = filled.made;
    // The newest of all is live when everything before it is.
    await watch.live(await client.apply(httpRoutes, route(made - 1, 'filled')), 120_000);
    await sleep(SETTLE_MS);
    rows.push([
      made === size ? String(size) : `${made} of ${size}`,
      filled.perSecond.toFixed(0),
      ...(await change(client, watch, made)),
      ...memory(),
    ]);
    if (made < size) break;
  }
  watch.stop();
  printTable(
    'One route changed among many on the whole platform: written -> Live on the proxy, as a client of the API sees it (aim: p99 <= 50 ms at 1,000; of 100 changes, p99 is the slowest)',
    [
      'hosts',
      'objects/s made',
      'changes',
      'p50 ms',
      'p95 ms',
      'slowest ms',
      'of it: build ms (mean)',
      'traffic MB',
      'envoy MB',
      'cluster MB',
    ],
    rows,
  );
} finally {
  await instance.end();
}

/** Makes hosts `from` to `to`, three objects each; stops early after FILL_LIMIT_MS. */
async function fill(client: KubeClient, from: number, to: number): Promise<{ made: number; perSecond: number }> {
  const began = performance.now();
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < to && performance.now() - began < FILL_LIMIT_MS) await makeHost(client, next++);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return { made: next, perSecond: (3 * (next - from) * 1_000) / (performance.now() - began) };
}

async function makeHost(client: KubeClient, n: number): Promise<void> {
  const metadata = { name: `host-${n}`, namespace: NAMESPACE };
  await client.create(kinds.services, { metadata, spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] } });
  await client.create(kinds.endpointSlices, {
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': metadata.name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  });
  await client.create(httpRoutes, route(n, 'new'));
}

function route(n: number, mark: string): HttpRoute {
  return {
    metadata: { name: `host-${n}`, namespace: NAMESPACE },
    spec: {
      parentRefs: [{ name: 'gateway' }],
      hostnames: [`host-${n}.example.com`],
      rules: [
        {
          filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-mark', value: mark }] } }],
          backendRefs: [{ name: `host-${n}`, port: 80 }],
        },
      ],
    },
  };
}

async function change(client: KubeClient, watch: LiveWatch, hosts: number): Promise<string[]> {
  const before = await buildSeconds();
  const took: number[] = [];
  const deadline = performance.now() + CHANGES_LIMIT_MS;
  while (took.length < CHANGES && performance.now() < deadline) {
    const n = (took.length * 7919) % hosts;
    const began = performance.now();
    await watch.live(await client.apply(httpRoutes, route(n, `change-${took.length}`)), 30_000);
    took.push(performance.now() - began);
  }
  const after = await buildSeconds();
  const build = ((after.sum - before.sum) * 1_000) / (after.count - before.count);
  const most = Math.max(...took);
  const slowest = `${most.toFixed(0)} (no. ${took.indexOf(most) + 1})`;
  return [String(took.length), quantile(took, 0.5).toFixed(0), quantile(took, 0.95).toFixed(0), slowest, build.toFixed(1)];
}

async function buildSeconds(): Promise<HistogramReading> {
  return readHistogram(await instance.metrics('traffic'), 'tidegate_mesh_build_seconds').get('') ?? { sum: NaN, count: NaN };
}
