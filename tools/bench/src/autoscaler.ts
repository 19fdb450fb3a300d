import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { type Kind, KubeClient, type KubeObject, kinds } from '@tidegate/kube';
import { startEmbeddedApi } from '@tidegate/kube-embedded';
import { meshCrds } from '@tidegate/mesh-contract';
import { type PodAutoscaler, REVISION_LABEL, deploymentNameFor, podAutoscalers, servingCrds } from '@tidegate/serving-contract';
import type { Measured } from './autoscaler-process.js';
import { MeasuredProcess } from './measured-process.js';
import { printTable, quantile } from './judge-table.js';
import { until } from './platform-instance.js';

/** `node dist/autoscaler.js [REVISIONS]`: one decision about many revisions: processor time, memory; and how fast a sleeping one is waked. */
const REVISIONS = Number(process.argv[2] ?? 10_000);
const SECONDS = 20;
const PARALLEL = 32;
const WAKES = 200;
const NAMESPACE = 'bench';
const START = new Date().toISOString().replace(/\.\d+Z$/, 'Z');

const rows: string[][] = [];
let wakes: string[][] = [];
rows.push(['none', ...(await phase(0, 'asleep'))]);
rows.push([`${REVISIONS} asleep`, ...(await phase(REVISIONS, 'asleep', wakeSome))]);
rows.push([`${REVISIONS} with a pod, no request`, ...(await phase(REVISIONS, 'awake'))]);
rows.push([`${REVISIONS} with a pod, 5,000 requests/s over all of them`, ...(await phase(REVISIONS, 'busy'))]);
printTable(
  'The autoscaler alone in a process, against a Kubernetes API in another (a tick is two seconds; its processor time is everything that the process did in it)',
  ['revisions', 'ms of CPU per tick', 'of it: pass over all, ms', 'us per event', 'MB resident', 'MB heap'],
  rows,
);
printTable(
  'From a wake until a watch of the Deployments shows that a pod is asked for',
  ['wakes', 'p50 ms', 'p99 ms', 'slowest ms'],
  wakes,
);

type State = 'asleep' | 'awake' | 'busy';

/** Fills an API of its own with revisions in that state, starts the autoscaler and lets it settle. */
async function phase(
  count: number,
  state: State,
  then?: (child: MeasuredProcess, names: readonly string[]) => Promise<void>,
): Promise<string[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'tidegate-bench-autoscaler-'));
  const api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  const child = new MeasuredProcess();
  try {
    const client = new KubeClient(api.transport('bench', ['system:masters']));
    for (const crd of [...meshCrds(), ...servingCrds()]) await client.create(kinds.customResourceDefinitions, crd);
    await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
    await until('the kinds are served', 10_000, () => client.list(podAutoscalers).catch(() => undefined));
    const names = Array.from({ length: count }, (_, i) => `service-${i}-00001`);
    await inParallel(names, (name) => fill(client, name, state));
    const kubeconfig = path.join(dir, 'kubeconfig');
    writeFileSync(kubeconfig, await api.issueKubeconfig('bench', ['system:masters']), { mode: 0o600 });
    await child.ask({ do: 'start', kubeconfig });
    if (state === 'busy') await child.ask({ do: 'traffic', namespace: NAMESPACE, names, perSecond: 5_000 });
    await child.ask({ do: 'settled' });
    const measured = await child.ask<Measured>({ do: 'measure', seconds: SECONDS });
    await then?.(child, names);
    const { cpuMsPerTick, passMs, eventUs, residentMb, heapMb } = measured;
    return [cpuMsPerTick, passMs, eventUs, residentMb, heapMb].map((n, i) => (n === null ? '-' : n.toFixed(i < 3 ? 1 : 0)));
  } finally {
    child.end();
    await api.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function wakeSome(child: MeasuredProcess, names: readonly string[]): Promise<void> {
  const shown = (what: string, times: readonly number[]): string[] => [
    what,
    ...[quantile(times, 0.5), quantile(times, 0.99), Math.max(...times)].map((ms) => ms.toFixed(1)),
  ];
  const single = await child.ask<number[]>({ do: 'wake', namespace: NAMESPACE, names: names.slice(0, WAKES), atOnce: false });
  const together = await child.ask<number[]>({ do: 'wake', namespace: NAMESPACE, names: names.slice(WAKES, 2 * WAKES), atOnce: true });
  wakes = [shown(`${single.length}, one after the other`, single), shown(`${together.length} at once`, together)];
}

/** A revision's objects as the serving controller and the cluster have them: one with a pod keeps it by min-scale. */
async function fill(client: KubeClient, name: string, state: State): Promise<void> {
  const asleep = state === 'asleep';
  const labels = { [REVISION_LABEL]: name, 'serving.knative.dev/service': name.slice(0, -6), 'serving.tidegate.dev/endpoint': 'true' };
  const metadata = (own: string) => ({ name: own, namespace: NAMESPACE, labels });
  const podSpec = { containers: [{ name: 'user-container', image: 'x' }] };
  await client.create(kinds.deployments, {
    metadata: metadata(deploymentNameFor(name)),
    spec: {
      replicas: asleep ? 0 : 1,
      selector: { matchLabels: { [REVISION_LABEL]: name } },
      template: { metadata: { labels }, spec: podSpec },
    },
  });
  const service = { metadata: metadata(name), spec: { clusterIP: 'None', selector: labels, ports: [{ port: 80 }] } };
  await client.create(kinds.services, service);
  const pa: PodAutoscaler = {
    metadata: { ...metadata(name), annotations: asleep ? {} : { 'autoscaling.knative.dev/min-scale': '1' } },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deploymentNameFor(name) },
      protocolType: 'http1',
      reachability: 'Reachable',
    },
  };
  await client.create(podAutoscalers, pa);
  const active = {
    type: 'Active',
    status: asleep ? 'False' : 'True',
    lastTransitionTime: START,
    ...(asleep ? { reason: 'NoTraffic' } : {}),
  };
  const initialized = { type: 'ScaleTargetInitialized', status: 'True', lastTransitionTime: START };
  await patchStatus(client, podAutoscalers, name, { conditions: [active, initialized], desiredScale: asleep ? 0 : 1 });
  if (asleep) return;
  await client.create(kinds.pods, { metadata: metadata(`${name}-pod`), spec: podSpec });
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: START };
  await patchStatus(client, kinds.pods, `${name}-pod`, { phase: 'Running', podIP: '10.0.0.1', conditions: [ready] });
}

function patchStatus<T extends KubeObject>(client: KubeClient, kind: Kind<T>, name: string, status: object): Promise<T> {
  return client.patch(kind, name, NAMESPACE, { type: 'merge', body: { status } }, { subresource: 'status' });
}

async function inParallel(names: readonly string[], work: (name: string) => Promise<void>): Promise<void> {
  const left = [...names];
  const worker = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await work(name);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}
