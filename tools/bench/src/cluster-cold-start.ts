import { parseArgs } from 'node:util';
import { type KubeClient, connect, kinds } from '@tidegate/kube';
import { type KnativeService, knativeServices } from '@tidegate/serving-contract';
import { firstByte } from './first-byte.js';
import { printTable, quantile } from './judge-table.js';
import { isReady } from './knative-service.js';
import { printLoad, printMachine } from './machine.js';
import { until } from './platform-instance.js';

/**
 * `node dist/cluster-cold-start.js --kubeconfig FILE --gateway http://HOST:PORT --image NAME=IMAGE ... [--rounds N] [--at-once N]`: cold calls of Knative
 * Services on a cluster. It asks Knative's own kinds alone, so that the same figures can be had of Knative itself.
 */
const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    gateway: { type: 'string' },
    image: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '15' },
    'at-once': { type: 'string', default: '10' },
  },
});
const NAMESPACE = 'bench-cold-start';
const READY_MS = 120_000;
const SLEEP_MS = 180_000;
/** After the last pod, what held it open (endpoints, routes) is at rest as well. */
const REST_MS = 1_500;

const serviceOf = (name: string, image: string): KnativeService => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    template: {
      metadata: { annotations: { 'autoscaling.knative.dev/window': '6s' } },
      spec: { containers: [{ name: 'user-container', image }] },
    },
  },
});

async function create(client: KubeClient, name: string, image: string): Promise<number> {
  const began = performance.now();
  await client.create(knativeServices, serviceOf(name, image));
  await until(`${name} is ready`, READY_MS, async () => isReady(await client.get(knativeServices, name, NAMESPACE)) || undefined);
  return performance.now() - began;
}

/** No pod is left, not even one that ends: its node would be busy with that. */
async function untilAsleep(client: KubeClient, names: readonly string[]): Promise<void> {
  const labelSelector = `serving.knative.dev/service in (${names.join()})`;
  await until(`${names.join()} sleep`, SLEEP_MS, async () => {
    const { items } = await client.list(kinds.pods, { namespace: NAMESPACE, labelSelector });
    return items.length === 0 || undefined;
  });
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
}

async function hostOf(client: KubeClient, name: string): Promise<string> {
  return new URL((await client.get(knativeServices, name, NAMESPACE))?.status?.url ?? 'http://unknown').hostname;
}

const ms = (times: readonly number[]): string[] =>
  [Math.min(...times), quantile(times, 0.5), quantile(times, 0.9), Math.max(...times)].map((t) => t.toFixed(0));

async function measure(client: KubeClient, gateway: URL, images: readonly (readonly [string, string])[]): Promise<void> {
  const rounds = Number(values.rounds);
  const count = Number(values['at-once']);
  const rows: string[][] = [];
  for (const [program, image] of images) {
    const names = Array.from({ length: count }, (_, i) => `${program}-${i}`);
    const ready: number[] = [];
    for (const name of names) ready.push(await create(client, name, image));
    const hosts = await Promise.all(names.map((name) => hostOf(client, name)));
    rows.push([program, 'created, until Ready', ...ms(ready), '0']);
    const alone: number[] = [];
    let failed = 0;
    for (let round = 0; round < rounds; round++) {
      if (round % count === 0) await untilAsleep(client, names);
      const answer = await firstByte(gateway, hosts[round % count] ?? '');
      alone.push(answer.ms);
      if (answer.status !== 200) failed += 1;
    }
    rows.push([program, 'called alone', ...ms(alone), String(failed)]);
    await untilAsleep(client, names);
    const together = await Promise.all(hosts.map((host) => firstByte(gateway, host)));
    const lost = together.filter(({ status }) => status !== 200).length;
    rows.push([program, `${count} called at once`, ...ms(together.map((answer) => answer.ms)), String(lost)]);
    for (const name of names) await client.delete(knativeServices, name, NAMESPACE);
  }
  printTable('First byte on a new connection, ms', ['program', 'service', 'least', 'p50', 'p90', 'most', 'not 200'], rows);
}

const { kubeconfig, gateway, image = [] } = values;
const images = image.flatMap((text) => {
  const [program, ...name] = text.split('=');
  return program && name.length > 0 ? [[program, name.join('=')] as const] : [];
});
if (!kubeconfig || !gateway || images.length === 0) {
  console.error('Name --kubeconfig, --gateway http://HOST:PORT, and programs: --image go=IMAGE --image node=IMAGE.');
  process.exit(2);
}
const client = await connect({ kubeconfigPath: kubeconfig });
await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
try {
  printMachine('cluster-cold-start');
  await measure(client, new URL(gateway), images);
  printLoad('at the end');
} finally {
  await client.delete(kinds.namespaces, NAMESPACE);
}
