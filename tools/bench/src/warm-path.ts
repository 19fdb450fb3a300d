import { parseArgs } from 'node:util';
import { kinds } from '@tidegate/kube';
import { type BareEnvoy, fileLog, startBareEnvoy, staticCluster } from './bare-envoy.js';
import { programsOf, startProgram } from './bare-program.js';
import { printTable, quantile } from './judge-table.js';
import { publicHost, realPortOf, startService } from './knative-service.js';
import { printLoad, printMachine } from './machine.js';
import { PlatformInstance, gatewayUrl } from './platform-instance.js';
import { cpuSeconds, listenerAt } from './process-reading.js';
import { QUEUE_PORT, startQueueProxy } from './queue-proxy.js';
import { buildImages } from './sleeping-revision.js';
import { wrk } from './wrk.js';

/**
 * `node dist/warm-path.js [ROUNDS] [--queue-proxy PATH]`: a Knative Service that is awake, beside its program alone, a bare Envoy in front of the same
 * program, and Knative's queue-proxy. Needs `wrk`.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'queue-proxy': { type: 'string' } } });
const ROUNDS = Number(positionals[0] ?? 5);
const SECONDS = 4;
const CONNECTIONS = [1, 16] as const;
/** As many workers as the platform gives its Envoy. */
const WORKERS = 2;
const NAMESPACE = 'bench';
const LIMIT = 10;
const BARE = 'bare Envoy';
const SOFT = { namespace: NAMESPACE, name: 'soft', pods: 1 };
const HARD = { namespace: NAMESPACE, name: 'hard', pods: 1, containerConcurrency: LIMIT };

interface Reading {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Milliseconds of processor time per request: of what stands between client and program; of the program; of what reads Envoy's log and grants slots. */
  pathMs: number;
  appMs: number;
  trafficMs: number;
  failed: number;
}

interface Way {
  name: string;
  url: string;
  host?: string;
  /** Processes between client and program. */
  path: number[];
  app: number;
  traffic?: number;
  /** A queue-proxy that is started for this way only: a network has room for one. */
  queue?: { userPort: number; containerConcurrency: number } | undefined;
}

printMachine('warm-path');
const instance = new PlatformInstance('warm');
const started: { stop(): Promise<void> }[] = [];
try {
  await instance.up({ empty: true });
  const ways = await prepare();
  const readings = new Map<string, Reading[]>();
  // The first round warms up and is dropped.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const connections of CONNECTIONS) {
      for (let i = 0; i < ways.length; i++) {
        // Another one begins each round: what else runs on the machine meets all alike.
        const way = ways[(round + i) % ways.length] as Way;
        const reading = await measure(way, connections);
        const key = `${way.name} ${connections}`;
        if (round > 0) readings.set(key, [...(readings.get(key) ?? []), reading]);
      }
    }
  }
  for (const connections of CONNECTIONS) print(ways, connections, (name) => readings.get(`${name} ${connections}`) ?? []);
  printLoad('at the end');
} finally {
  for (const one of started) await one.stop();
  await instance.end();
}

async function prepare(): Promise<Way[]> {
  const client = await instance.client();
  await client.apply(kinds.namespaces, { metadata: { name: NAMESPACE } });
  const [program] = programsOf(await buildImages(instance));
  console.log(`The program: ${program.image}.`);
  const soft = await service({ ...SOFT, image: program.image });
  const hard = await service({ ...HARD, image: program.image });
  const gateway = await gatewayUrl(client, 'knative-serving', 'knative-serving');
  const [envoy, traffic] = [await instance.pidOf('envoy'), await instance.pidOf('traffic')];
  const bare = await inFrontOf('bench-bare', soft);
  const ways: Way[] = [
    { name: 'program alone', url: `http://${soft.address}:${soft.port}/`, path: [], app: soft.pid },
    { name: BARE, url: `http://127.0.0.1:${bare.port}/`, path: [bare.pid], app: soft.pid },
    { name: 'Tidegate', url: `${gateway}/`, host: publicHost(SOFT), path: [envoy], app: soft.pid, traffic },
    { name: `Tidegate, limit ${LIMIT}`, url: `${gateway}/`, host: publicHost(HARD), path: [envoy], app: hard.pid, traffic },
  ];
  if (values['queue-proxy'] === undefined) return ways;
  // It passes on to 127.0.0.1 only, where no pod of ours listens.
  const copy = await startProgram(program);
  started.push(copy);
  const before = await inFrontOf('bench-queue', { address: '127.0.0.1', port: QUEUE_PORT });
  const [unlimited, limited] = [0, LIMIT].map((containerConcurrency) => ({ userPort: copy.port, containerConcurrency }));
  const behindEnvoy = { url: `http://127.0.0.1:${before.port}/`, path: [before.pid], app: copy.pid };
  return [
    ...ways,
    { name: 'queue-proxy', url: `http://127.0.0.1:${QUEUE_PORT}/`, path: [], app: copy.pid, queue: unlimited },
    { name: 'Envoy, queue-proxy', ...behindEnvoy, queue: unlimited },
    { name: `Envoy, queue-proxy, limit ${LIMIT}`, ...behindEnvoy, queue: limited },
  ];

  /** Where its one pod listens. */
  async function service(plan: Parameters<typeof startService>[1]): Promise<{ address: string; port: number; pid: number }> {
    const [pod] = await startService(client, plan);
    if (!pod?.status?.podIP) throw new Error(`${plan.name} has no pod with an address.`);
    const port = realPortOf(pod);
    return { address: pod.status.podIP, port, pid: listenerAt(port) };
  }
}

async function inFrontOf(name: string, { address, port }: { address: string; port: number }): Promise<BareEnvoy> {
  const envoy = await startBareEnvoy(instance.envoyBinary(), instance.data, name, {
    routes: [{ match: { prefix: '/' }, route: { cluster: 'app' } }],
    clusters: [staticCluster('app', port, { addresses: [address] })],
    workers: WORKERS,
    manager: fileLog('/dev/null'),
  });
  started.push(envoy);
  return envoy;
}

async function measure(way: Way, connections: number): Promise<Reading> {
  const binary = values['queue-proxy'] ?? '';
  const queue = way.queue && (await startQueueProxy({ binary, ...way.queue }));
  const path = queue ? [...way.path, queue.pid] : way.path;
  const spent = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const groups = [path, [way.app], way.traffic === undefined ? [] : [way.traffic]];
  try {
    const load = { url: way.url, connections, ...(way.host === undefined ? {} : { host: way.host }) };
    await wrk({ ...load, seconds: 1 });
    const before = groups.map(spent);
    const { requests, perSecond, p50Ms, p99Ms, notGood, broken } = await wrk({ ...load, seconds: SECONDS });
    const [pathMs = 0, appMs = 0, trafficMs = 0] = groups.map((pids, i) => ((spent(pids) - (before[i] ?? 0)) * 1000) / requests);
    return { perSecond, p50Ms, p99Ms, pathMs, appMs, trafficMs, failed: notGood + broken };
  } finally {
    await queue?.stop();
  }
}

function print(ways: readonly Way[], connections: number, readingsOf: (name: string) => Reading[]): void {
  // A run without an answer has no processor time per request.
  const median = (numbers: number[]): number => quantile(numbers.filter(Number.isFinite), 0.5);
  const beside = (way: Way, of: (r: Reading) => number): string => {
    const bare = readingsOf(BARE).map(of);
    return median(readingsOf(way.name).map((r, i) => of(r) / (bare[i] ?? NaN))).toFixed(2);
  };
  const total = (r: Reading): number => r.pathMs + r.appMs + r.trafficMs;
  const silent = ways.map((way) => ({ name: way.name, runs: readingsOf(way.name).filter((r) => r.perSecond === 0).length }));
  const told = silent.flatMap(({ name, runs }) => (runs > 0 ? [`${name} ${runs}`] : []));
  if (told.length > 0) console.log(`\nRuns in which nothing was answered: ${told.join(', ')}.`);
  printTable(
    `${connections} connections, ${SECONDS} s a run, ${ROUNDS} alternating rounds, medians; ratios to the bare Envoy within a round (aim of Tidegate: 0.9 of its requests/s)`,
    [
      'path to the program',
      'requests/s',
      'ratio',
      'p50 ms',
      'ratio',
      'p99 ms',
      'ratio',
      'CPU us/request',
      'ratio',
      'of it proxies',
      'program',
      'traffic',
      'failed',
    ],
    ways.map((way) => {
      const found = readingsOf(way.name);
      const shown = (of: (r: Reading) => number, digits: number): string => median(found.map(of)).toFixed(digits);
      return [
        way.name,
        shown((r) => r.perSecond, 0),
        beside(way, (r) => r.perSecond),
        shown((r) => r.p50Ms, 3),
        beside(way, (r) => r.p50Ms),
        shown((r) => r.p99Ms, 2),
        beside(way, (r) => r.p99Ms),
        shown((r) => total(r) * 1000, 0),
        beside(way, total),
        shown((r) => r.pathMs * 1000, 0),
        shown((r) => r.appMs * 1000, 0),
        shown((r) => r.trafficMs * 1000, 0),
        String(found.reduce((n, r) => n + r.failed, 0)),
      ];
    }),
  );
}
