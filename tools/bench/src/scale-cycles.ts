import { type KubeClient, kinds } from '@tidegate/kube';
import { type LoadReport, startLoad } from '@tidegate/sample-bookinfo';
import { podAutoscalers } from '@tidegate/serving-contract';
import { programsOf } from './bare-program.js';
import { Failures } from './failures.js';
import { printTable, quantile } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';
import { PlatformInstance, gatewayUrl, sleep, until } from './platform-instance.js';
import { buildImages, createRevision, hostOf, podsOf, untilHolding } from './sleeping-revision.js';

/**
 * `node dist/scale-cycles.js [CYCLES] [SECONDS]`: revisions that go from 1 pod to 4 and back again and again, under steady load. Where Go is at hand, their
 * program ends at once on SIGTERM, with whatever it works on.
 */
const CYCLES = Number(process.argv[2] ?? 200);
const SECONDS = Number(process.argv[3] ?? 900);
const NAMESPACE = 'bench';
/** Side by side, each with its share of the cycles. */
const REVISIONS = [
  { name: 'soft-1', containerConcurrency: 0 },
  { name: 'soft-2', containerConcurrency: 0 },
  { name: 'hard-1', containerConcurrency: 10 },
  { name: 'hard-2', containerConcurrency: 10 },
] as const;
const [FEW, MANY] = [1, 4];
const RATE = 40;
const ANSWER_MS = 20;
const CHANGE_LIMIT_MS = 120_000;
/** At each size, so that every pod gets requests before it goes. */
const STAY_MS = 500;

interface Cycled {
  upMs: number[];
  downMs: number[];
}

printMachine('scale-cycles');
const instance = new PlatformInstance('cycles');
try {
  await instance.up({ empty: true });
  const client = await instance.client();
  await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
  const [program] = programsOf(await buildImages(instance));
  console.log(`The program: ${program.image}.`);
  const gateway = await gatewayUrl(client, 'knative-serving', 'knative-serving');
  const deadline = performance.now() + SECONDS * 1000;
  const began = performance.now();
  const rows = await Promise.all(
    REVISIONS.map(async ({ name, containerConcurrency }) => {
      await createRevision(client, { namespace: NAMESPACE, name, image: program.image, containerConcurrency });
      await untilHolding(client, NAMESPACE, name);
      await scaleTo(client, name, FEW);
      const failures = new Failures();
      const load = startLoad({
        url: `${gateway}/?ms=${ANSWER_MS}`,
        headers: { host: hostOf(name) },
        ratePerSecond: RATE,
        onResult: (result) => failures.add(result),
      });
      const cycled = await cycle(client, name, CYCLES / REVISIONS.length, deadline);
      return row(name, cycled, await load.stop(), failures);
    }),
  );
  printTable(
    `From ${FEW} pod to ${MANY} and back, ${RATE} requests/s of ${ANSWER_MS} ms for each revision, open loop, all at once; ${((performance.now() - began) / 1000).toFixed(0)} s (aim: 0 failed)`,
    [
      'revision',
      'cycles',
      'requests',
      'failed',
      'dropped by the load',
      'p50 ms',
      'p99 ms',
      'slowest ms',
      'up, p50/p95 ms',
      'down, p50/p95 ms',
      'what failed, and when',
    ],
    rows,
  );
  const leases = /^tidegate_slot_leases_ended_total(?:\{[^}]*\})? (\d+)/m.exec(await instance.metrics('traffic'))?.[1] ?? '?';
  console.log(`Slots taken back because the end of their request was not told: ${leases}.`);
  printLoad('at the end');
} finally {
  await instance.end();
}

async function cycle(client: KubeClient, name: string, cycles: number, deadline: number): Promise<Cycled> {
  const cycled: Cycled = { upMs: [], downMs: [] };
  while (cycled.downMs.length < cycles && performance.now() < deadline) {
    cycled.upMs.push(await scaleTo(client, name, MANY));
    await sleep(STAY_MS);
    cycled.downMs.push(await scaleTo(client, name, FEW));
    await sleep(STAY_MS);
  }
  return cycled;
}

/** Milliseconds until exactly so many pods exist, and all of them are ready and in the endpoints. */
async function scaleTo(client: KubeClient, name: string, pods: number): Promise<number> {
  const began = performance.now();
  const annotations = { 'autoscaling.knative.dev/min-scale': String(pods), 'autoscaling.knative.dev/max-scale': String(pods) };
  await client.patch(podAutoscalers, name, NAMESPACE, { type: 'merge', body: { metadata: { annotations } } });
  await until(`${name} has ${pods} pods`, CHANGE_LIMIT_MS, async () => {
    const found = await podsOf(client, NAMESPACE, name);
    const serving = found.filter(
      ({ metadata, status }) =>
        metadata?.labels?.['serving.tidegate.dev/endpoint'] === 'true' &&
        status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
    );
    return (found.length === pods && serving.length === pods) || undefined;
  });
  return performance.now() - began;
}

function row(name: string, { upMs, downMs }: Cycled, report: LoadReport, failures: Failures): string[] {
  // No answer names its version, so all are under one name.
  const latency = Object.values(report.byVersion)[0]?.latency;
  const both = (ms: readonly number[]): string => `${quantile(ms, 0.5).toFixed(0)} / ${quantile(ms, 0.95).toFixed(0)}`;
  return [
    name,
    String(downMs.length),
    String(report.completed),
    String(failures.count),
    String(report.dropped),
    latency?.p50Ms.toFixed(0) ?? '-',
    latency?.p99Ms.toFixed(0) ?? '-',
    latency?.maxMs.toFixed(0) ?? '-',
    both(upMs),
    both(downMs),
    failures.told(),
  ];
}
