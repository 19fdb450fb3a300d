import { parseArgs } from 'node:util';
import { type KubeClient, kinds } from '@tidegate/kube';
import { SERVING_NAMESPACE } from '@tidegate/serving-contract';
import { programsOf } from './bare-program.js';
import { firstByte } from './first-byte.js';
import { printTable, quantile } from './judge-table.js';
import { applyService, publicHost } from './knative-service.js';
import { printLoad, printMachine } from './machine.js';
import { type HistogramReading, readHistogram } from './metric-text.js';
import { PlatformInstance, gatewayUrl, sleep, until } from './platform-instance.js';
import { cpuSeconds, proportionalMb, residentMb } from './process-reading.js';
import { ServiceWatch } from './service-watch.js';
import { buildImages } from './sleeping-revision.js';

/**
 * `node dist/sleeping-services.js [SERVICES] [--rate PER_SECOND] [--pods]`: many Knative Services that sleep. Without --pods they begin without
 * (initial-scale 0); with it each starts one, becomes Ready by it and goes to sleep.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rate: { type: 'string', default: '5' }, pods: { type: 'boolean', default: false } },
});
const SERVICES = Number(positionals[0] ?? 1_000);
const RATE = Number(values.rate);
const NAMESPACE = 'bench';
const BATCHES = 5;
const READY_LIMIT_MS = 600_000;
const SLEEP_LIMIT_MS = 300_000;
const SETTLE_MS = 20_000;
const REST_MS = 30_000;
/** One after the other, once all sleep. */
const MORE = 20;

interface Part {
  name: string;
  residentMb: number;
  ownMb: number;
  /** Percent of one core, over REST_MS in which nothing happens. */
  share: number;
}

/** Seconds of processor time by process, at a moment of performance.now(). */
interface Spent {
  atMs: number;
  seconds: Map<string, number>;
  /** Of the newest write to the API. */
  version: number;
}

interface MeshTimes {
  build: HistogramReading;
  acks: Map<string, HistogramReading>;
}

printMachine('sleeping-services');
const instance = new PlatformInstance('sleepers');
try {
  await instance.up({ empty: true });
  const client = await instance.client();
  await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
  const [program] = programsOf(await buildImages(instance));
  await setUp(client);
  const watch = new ServiceWatch(client, NAMESPACE);
  await watch.synced();
  await sleep(SETTLE_MS);
  const [empty, atFirst] = [await rest(), await meshTimes()];
  const spentBefore = await spent(client);
  await fill(client, watch, program.image);
  printSpent(spentBefore, await spent(client));
  await until('all sleep', SLEEP_LIMIT_MS, async () => watch.livePods() === 0 || undefined);
  await sleep(SETTLE_MS);
  const [full, filled] = [await rest(), await meshTimes()];
  printRest(empty, full);
  await addMore(client, watch, program.image);
  printPushes([
    [`${SERVICES} applied, ${RATE} a second`, atFirst, filled],
    [`${MORE} more and their cold calls`, filled, await meshTimes()],
  ]);
  watch.stop();
  printLoad('at the end');
} finally {
  await instance.end();
}

async function setUp(client: KubeClient): Promise<void> {
  const data = values.pods
    ? { 'stable-window': '6s', 'scale-to-zero-grace-period': '6s' }
    : { 'allow-zero-initial-scale': 'true', 'initial-scale': '0' };
  await client.patch(kinds.configMaps, 'config-autoscaler', SERVING_NAMESPACE, { type: 'merge', body: { data } });
}

/** Applies them at the stated rate, whatever becomes of them, and waits until the last is Ready. */
async function fill(client: KubeClient, watch: ServiceWatch, image: string): Promise<void> {
  const appliedAt: number[] = [];
  const applies: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < SERVICES; n++) {
    await sleep(Math.max(0, began + (n * 1000) / RATE - performance.now()));
    appliedAt.push(performance.now());
    // A connection may break; a person would apply once more.
    const apply = (): Promise<void> => applyService(client, { namespace: NAMESPACE, name: nameOf(n), image });
    applies.push(
      apply().catch((error: unknown) => {
        console.log(`${nameOf(n)} was applied again: ${String(error)}`);
        return apply();
      }),
    );
  }
  await Promise.all(applies);
  const appliedMs = performance.now() - began;
  await until('all are Ready', READY_LIMIT_MS, async () => watch.everReady >= SERVICES || undefined).catch(() => {
    const late = appliedAt.findIndex((_, n) => watch.firstReadyAt(nameOf(n)) === undefined);
    console.log(`${SERVICES - watch.everReady} are not Ready; ${nameOf(late)} says ${watch.whyNot(nameOf(late))}`);
  });
  const tookMs = appliedAt.map((at, n) => (watch.firstReadyAt(nameOf(n)) ?? NaN) - at);
  const last = Math.max(...appliedAt.map((at, n) => at + (tookMs[n] || 0)));
  const size = Math.ceil(SERVICES / BATCHES);
  const batches = Array.from({ length: BATCHES }, (_, i) => [i * size, Math.min(SERVICES, (i + 1) * size)] as const);
  printTable(
    `${SERVICES} Knative Services, ${RATE} a second wanted and ${((SERVICES * 1000) / appliedMs).toFixed(1)} applied, all Ready after ${((last - began) / 1000).toFixed(0)} s; ${values.pods ? 'each starts a pod' : 'initial-scale 0'}: from apply until a watch shows Ready`,
    ['services', 'p50 ms', 'p95 ms', 'slowest ms', 'not Ready'],
    [...batches, [0, SERVICES] as const].map(([from, to]) => {
      const found = tookMs.slice(from, to);
      return [`${from + 1} to ${to}`, ...summary(found.filter((ms) => !Number.isNaN(ms))), String(found.filter(Number.isNaN).length)];
    }),
  );
}

/** What it is like to be the next one. */
async function addMore(client: KubeClient, watch: ServiceWatch, image: string): Promise<void> {
  const gateway = new URL(await gatewayUrl(client, 'knative-serving', 'knative-serving'));
  const readyMs: number[] = [];
  const coldMs: number[] = [];
  let failed = 0;
  for (let n = SERVICES; n < SERVICES + MORE; n++) {
    const began = performance.now();
    await applyService(client, { namespace: NAMESPACE, name: nameOf(n), image });
    const at = await until(`${nameOf(n)} is Ready`, READY_LIMIT_MS, async () => watch.firstReadyAt(nameOf(n)));
    readyMs.push(at - began);
  }
  await until('all sleep again', SLEEP_LIMIT_MS, async () => watch.livePods() === 0 || undefined);
  for (let n = 0; n < MORE; n++) {
    const { status, ms } = await firstByte(gateway, publicHost({ namespace: NAMESPACE, name: nameOf(n * Math.floor(SERVICES / MORE)) }));
    coldMs.push(ms);
    if (status !== 200) failed += 1;
  }
  printTable(
    `Among ${SERVICES} that sleep, one after the other`,
    ['what', 'times', 'p50 ms', 'p95 ms', 'slowest ms', 'failed'],
    [
      ['apply -> Ready', String(MORE), ...summary(readyMs), '0'],
      ['cold call, new connection -> first byte', String(MORE), ...summary(coldMs), String(failed)],
    ],
  );
}

async function spent(client: KubeClient): Promise<Spent> {
  const seconds = (await instance.parts()).flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, cpuSeconds(pid)] as const]));
  const { resourceVersion } = await client.list(kinds.namespaces);
  return { atMs: performance.now(), seconds: new Map(seconds), version: Number(resourceVersion) };
}

function printSpent(before: Spent, after: Spent): void {
  const elapsed = (after.atMs - before.atMs) / 1000;
  printTable(
    `Processor time until all were Ready; ${((after.version - before.version) / SERVICES).toFixed(0)} writes for each`,
    ['process', 'seconds', 'of one core', 'ms for each service'],
    [...after.seconds].map(([name, seconds]) => {
      const used = seconds - (before.seconds.get(name) ?? 0);
      return [name, used.toFixed(1), `${((100 * used) / elapsed).toFixed(0)} %`, ((used * 1000) / SERVICES).toFixed(0)];
    }),
  );
}

async function rest(): Promise<Part[]> {
  const running = (await instance.parts()).flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid, cpu: cpuSeconds(pid) }]));
  const began = performance.now();
  await sleep(REST_MS);
  const seconds = (performance.now() - began) / 1000;
  return running.map(({ name, pid, cpu }) => ({
    name,
    residentMb: residentMb(pid),
    ownMb: proportionalMb(pid),
    share: (100 * (cpuSeconds(pid) - cpu)) / seconds,
  }));
}

function printRest(empty: readonly Part[], full: readonly Part[]): void {
  const together = (parts: readonly Part[]): Part => ({
    name: 'together',
    residentMb: parts.reduce((sum, p) => sum + p.residentMb, 0),
    ownMb: parts.reduce((sum, p) => sum + p.ownMb, 0),
    share: parts.reduce((sum, p) => sum + p.share, 0),
  });
  const after = [...full, together(full)];
  printTable(
    `At rest (${REST_MS / 1000} s in which nothing happens), without and with ${SERVICES} Knative Services that sleep`,
    ['process', 'MB resident before', 'after', 'KB for each', 'MB, shared pages divided, before', 'after', '% of one core before', 'after'],
    [...empty, together(empty)].map((before) => {
      const now = after.find((p) => p.name === before.name);
      return [
        before.name,
        before.residentMb.toFixed(0),
        now?.residentMb.toFixed(0) ?? '-',
        now ? (((now.residentMb - before.residentMb) * 1024) / SERVICES).toFixed(0) : '-',
        before.ownMb.toFixed(0),
        now?.ownMb.toFixed(0) ?? '-',
        before.share.toFixed(1),
        now?.share.toFixed(1) ?? '-',
      ];
    }),
  );
}

async function meshTimes(): Promise<MeshTimes> {
  const text = await instance.metrics('traffic');
  const build = readHistogram(text, 'tidegate_mesh_build_seconds').get('') ?? { sum: 0, count: 0 };
  return { build, acks: readHistogram(text, 'tidegate_xds_ack_seconds', 'type') };
}

function printPushes(phases: readonly (readonly [string, MeshTimes, MeshTimes])[]): void {
  const row = (what: string, step: string, before: HistogramReading | undefined, after: HistogramReading): string[] => {
    const count = after.count - (before?.count ?? 0);
    return [what, step, String(count), (((after.sum - (before?.sum ?? 0)) * 1000) / count).toFixed(1)];
  };
  printTable(
    'The mesh: builds of the whole snapshot, and pushes from sending to the acknowledgement of Envoy',
    ['when', 'what', 'times', 'mean ms'],
    phases.flatMap(([what, before, after]) => [
      row(what, 'build', before.build, after.build),
      ...[...after.acks].map(([type, ack]) => row(what, `push of ${type}`, before.acks.get(type), ack)),
    ]),
  );
}

function summary(ms: readonly number[]): string[] {
  return [quantile(ms, 0.5), quantile(ms, 0.95), Math.max(...ms)].map((value) => value.toFixed(0));
}

function nameOf(n: number): string {
  return `service-${n}`;
}
