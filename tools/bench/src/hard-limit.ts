import { parseArgs } from 'node:util';
import { type KubeClient, kinds } from '@tidegate/kube';
import { startBareEnvoy, staticCluster } from './bare-envoy.js';
import { type Program, programsOf, startProgram } from './bare-program.js';
import { printTable, quantile } from './judge-table.js';
import { type ServicePlan, publicHost, realPortOf, startService } from './knative-service.js';
import { printLoad, printMachine } from './machine.js';
import { canMakeNetworkNamespaces, createNetworkNamespace } from './network-namespace.js';
import { PlatformInstance, gatewayUrl } from './platform-instance.js';
import { cpuSeconds } from './process-reading.js';
import { QUEUE_PORT, startQueueProxy } from './queue-proxy.js';
import { buildImages } from './sleeping-revision.js';
import { wrk } from './wrk.js';

/**
 * `node dist/hard-limit.js [ROUNDS] [--queue-proxy PATH]`: a limit of one request for each pod, on 1 and 4 pods, beside Knative's queue-proxy (which needs
 * Linux, root and `ip`). Needs `wrk`.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'queue-proxy': { type: 'string' } } });
const ROUNDS = Number(positionals[0] ?? 5);
const SECONDS = 4;
const WORKERS = 2;
const NAMESPACE = 'bench';
/** What an answer takes. */
const MS = [0, 20] as const;
/** Below the 11 that a queue-proxy with a limit of 1 takes before it answers 503, where all come to one. */
const SIZES = [
  { pods: 1, callers: 8 },
  { pods: 4, callers: 32 },
] as const;
const POLICIES = ['ROUND_ROBIN', 'LEAST_REQUEST'] as const;

interface Way {
  name: string;
  pods: number;
  callers: number;
  url: string;
  host?: string;
  /** Processes whose processor time counts: all but the client and the programs. */
  path: number[];
  /** The most requests that each program counted at once so far. */
  most(): Promise<number[]>;
}

interface Reading {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  pathMs: number;
  failed: number;
}

printMachine('hard-limit');
const instance = new PlatformInstance('limit');
const cleanUps: (() => Promise<void>)[] = [];
try {
  await instance.up({ empty: true });
  const client = await instance.client();
  await client.apply(kinds.namespaces, { metadata: { name: NAMESPACE } });
  // The Node program counts what it works on.
  const program = programsOf(await buildImages(instance)).at(-1) as Program;
  const ways = [...(await ours(client, program)), ...(await queueProxies(program))];
  for (const ms of MS) print(ms, ways, await measureAll(ways, ms));
  const most = await Promise.all(ways.map(async (way) => [way.name, String(way.pods), (await way.most()).join(', ')]));
  printTable('Requests at once in a program, at most, as it counts them (aim: 1)', ['path', 'pods', 'most in each'], most);
  printLoad('at the end');
} finally {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  await instance.end();
}

async function ours(client: KubeClient, { image }: Program): Promise<Way[]> {
  const gateway = await gatewayUrl(client, 'knative-serving', 'knative-serving');
  const path = [await instance.pidOf('envoy'), await instance.pidOf('traffic')];
  const ways: Way[] = [];
  for (const { pods, callers } of SIZES) {
    const plan: ServicePlan = { namespace: NAMESPACE, name: `limit-${pods}`, image, pods, containerConcurrency: 1 };
    const addresses = (await startService(client, plan)).map((pod) => `${pod.status?.podIP}:${realPortOf(pod)}`);
    const most = (): Promise<number[]> => Promise.all(addresses.map(async (address) => mostIn(await text(`http://${address}/most`))));
    ways.push({ name: 'Tidegate', pods, callers, url: gateway, host: publicHost(plan), path, most });
  }
  return ways;
}

/** A network for each queue-proxy and its program, as in a pod, and an Envoy outside in front of all. */
async function queueProxies(program: Program): Promise<Way[]> {
  const binary = values['queue-proxy'];
  if (binary === undefined) return [];
  if (!canMakeNetworkNamespaces())
    throw new Error('A queue-proxy for each of several pods needs Linux and root, for networks of their own.');
  const ways: Way[] = [];
  let made = 0;
  for (const { pods, callers } of SIZES) {
    const queues: { pid: number; address: string; most(): Promise<number> }[] = [];
    for (let n = 0; n < pods; n++) queues.push(await queueWithProgram(binary, program, made++));
    const addresses = queues.map((queue) => queue.address);
    for (const policy of pods > 1 ? POLICIES : POLICIES.slice(0, 1)) {
      const envoy = await startBareEnvoy(instance.envoyBinary(), instance.data, `bench-${policy}-${pods}`, {
        routes: [{ match: { prefix: '/' }, route: { cluster: 'queues', timeout: '60s' } }],
        clusters: [staticCluster('queues', QUEUE_PORT, { addresses, policy })],
        workers: WORKERS,
      });
      cleanUps.push(() => envoy.stop());
      const name = `Envoy, queue-proxy${pods > 1 ? `, ${policy.toLowerCase().replace('_', ' ')}` : ''}`;
      const most = (): Promise<number[]> => Promise.all(queues.map((queue) => queue.most()));
      ways.push({ name, pods, callers, url: `http://127.0.0.1:${envoy.port}`, path: [envoy.pid, ...queues.map((q) => q.pid)], most });
    }
  }
  return ways;
}

async function queueWithProgram(binary: string, program: Program, index: number) {
  const network = await createNetworkNamespace(index);
  cleanUps.push(() => network.remove());
  const running = await startProgram(program, network);
  cleanUps.push(() => running.stop());
  const queue = await startQueueProxy({ binary, userPort: running.port, containerConcurrency: 1, network });
  cleanUps.push(() => queue.stop());
  // Asked when nothing else runs.
  const most = async (): Promise<number> => mostIn(await text(`http://${queue.address}:${QUEUE_PORT}/most`));
  return { pid: queue.pid, address: queue.address, most };
}

async function measureAll(ways: readonly Way[], ms: number): Promise<Map<Way, Reading[]>> {
  const readings = new Map<Way, Reading[]>(ways.map((way) => [way, []]));
  // The first round warms up and is dropped.
  for (let round = 0; round <= ROUNDS; round++) {
    for (let i = 0; i < ways.length; i++) {
      const way = ways[(round + i) % ways.length] as Way;
      const reading = await measure(way, ms);
      if (round > 0) readings.get(way)?.push(reading);
    }
  }
  return readings;
}

async function measure({ url, host, callers, path }: Way, ms: number): Promise<Reading> {
  const spent = (): number => path.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = spent();
  const to = { url: `${url}/?ms=${ms}`, ...(host === undefined ? {} : { host }) };
  const { requests, perSecond, p50Ms, p99Ms, notGood, broken } = await wrk({ ...to, connections: callers, seconds: SECONDS });
  return { perSecond, p50Ms, p99Ms, pathMs: ((spent() - before) * 1000) / requests, failed: notGood + broken };
}

function print(ms: number, ways: readonly Way[], readings: ReadonlyMap<Way, readonly Reading[]>): void {
  const found = (way: Way, of: (r: Reading) => number): number[] => (readings.get(way) ?? []).map(of);
  const peerOf = ({ pods }: Way): Way | undefined => ways.find((way) => way.pods === pods && way.host === undefined);
  const besidePeer = (way: Way): string => {
    const peer = peerOf(way);
    if (!peer) return '-';
    const theirs = found(peer, (r) => r.perSecond);
    return quantile(
      found(way, (r) => r.perSecond).map((value, i) => value / (theirs[i] ?? NaN)),
      0.5,
    ).toFixed(2);
  };
  const ideal = (way: Way): string =>
    ms === 0
      ? '-'
      : `${(
          (quantile(
            found(way, (r) => r.perSecond),
            0.5,
          ) *
            ms) /
          (way.pods * 10)
        ).toFixed(0)} %`;
  printTable(
    `A limit of 1 for each pod, answers that take ${ms} ms, ${SECONDS} s a run, ${ROUNDS} alternating rounds, medians; the ratio is to the first queue-proxy row of as many pods, within a round`,
    ['path', 'pods', 'callers', 'requests/s', 'ratio', 'of what the pods could', 'p50 ms', 'p99 ms', 'CPU ms/request, path', 'failed'],
    ways
      .toSorted((a, b) => a.pods - b.pods)
      .map((way) => {
        const shown = (of: (r: Reading) => number, digits: number): string => quantile(found(way, of), 0.5).toFixed(digits);
        const failed = found(way, (r) => r.failed).reduce((sum, n) => sum + n, 0);
        return [
          way.name,
          String(way.pods),
          String(way.callers),
          shown((r) => r.perSecond, 1),
          besidePeer(way),
          ideal(way),
          shown((r) => r.p50Ms, 1),
          shown((r) => r.p99Ms, 1),
          shown((r) => r.pathMs, 2),
          String(failed),
        ];
      }),
  );
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

function mostIn(answer: string): number {
  return (JSON.parse(answer) as { most: number }).most;
}
