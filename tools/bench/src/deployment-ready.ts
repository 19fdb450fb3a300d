import { parseArgs } from 'node:util';
import { type KubeClient, connect, kinds } from '@tidegate/kube';
import { printTable, quantile } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';
import { PlatformInstance, until } from './platform-instance.js';

/**
 * `node dist/deployment-ready.js [--kubeconfig FILE --image IMAGE] [--pods N] [--rounds N]`: a Deployment from apply until all of its pods are ready, and its
 * end until none is left; on an instance of its own, or on the cluster that is named, with an image whose program listens on $PORT or 8080.
 */
const { values } = parseArgs({ options: { kubeconfig: { type: 'string' }, image: { type: 'string' }, pods: { type: 'string', default: '20' }, rounds: { type: 'string', default: '5' } } });
const NAMESPACE = 'bench-deployment';
const LIMIT_MS = 180_000;

async function round(client: KubeClient, image: string, replicas: number): Promise<{ first: number; all: number; gone: number }> {
  const labels = { app: 'many' };
  const container = { name: 'many', image, ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } };
  const began = performance.now();
  await client.apply(kinds.deployments, { metadata: { name: 'many', namespace: NAMESPACE }, spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, containers: [container] } } } });
  const ready = (count: number): Promise<number> =>
    until(`${count} pods are ready`, LIMIT_MS, async () => {
      const found = await client.get(kinds.deployments, 'many', NAMESPACE);
      return (found?.status?.readyReplicas ?? 0) >= count ? performance.now() - began : undefined;
    });
  const [first, all] = [await ready(1), await ready(replicas)];
  const ended = performance.now();
  await client.delete(kinds.deployments, 'many', NAMESPACE, { propagationPolicy: 'Background' });
  const gone = await until('no pod is left', LIMIT_MS, async () => ((await client.list(kinds.pods, { namespace: NAMESPACE })).items.length === 0 ? performance.now() - ended : undefined));
  return { first, all, gone };
}

async function measure(client: KubeClient, image: string): Promise<void> {
  const [replicas, rounds] = [Number(values.pods), Number(values.rounds)];
  await client.apply(kinds.namespaces, { metadata: { name: NAMESPACE } });
  await until('the account of pods is there', LIMIT_MS, async () => client.get({ group: '', version: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', namespaced: true }, 'default', NAMESPACE));
  // The first round unpacks and warms what the others find.
  await round(client, image, 1);
  const all: Awaited<ReturnType<typeof round>>[] = [];
  for (let n = 0; n < rounds; n++) all.push(await round(client, image, replicas));
  await client.delete(kinds.namespaces, NAMESPACE);
  const row = (what: string, of: readonly number[]): string[] => [what, quantile(of, 0.5).toFixed(0), Math.max(...of).toFixed(0)];
  printTable(`A Deployment of ${replicas} pods: ms, ${rounds} rounds`, ['since apply, since deletion', 'median', 'worst'], [row('first pod ready', all.map((r) => r.first)), row('all ready', all.map((r) => r.all)), row('all gone', all.map((r) => r.gone))]);
}

printMachine('deployment-ready');
if (values.kubeconfig) {
  await measure(await connect({ kubeconfigPath: values.kubeconfig }), values.image ?? 'testapp:1');
} else {
  const instance = new PlatformInstance('deployment');
  try {
    await instance.up({ empty: false });
    await measure(await instance.client(), 'tidegate.dev/samples/hello:1.0.0');
  } finally {
    await instance.end();
  }
}
printLoad('at the end');
