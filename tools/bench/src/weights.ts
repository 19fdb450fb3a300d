import { type Deployment, type KubeClient, kinds } from '@tidegate/kube';
import { type HttpRoute, httpRoutes } from '@tidegate/mesh-contract';
import { type LoadReport, startLoad } from '@tidegate/sample-bookinfo';
import { printTable, quantile } from './judge-table.js';
import { LiveWatch } from './live-watch.js';
import { PlatformInstance, gatewayUrl, sleep, until } from './platform-instance.js';

/** `node dist/weights.js [CHANGES] [ROLLOUTS] [SECONDS]`: requests that fail while weights change and while a Deployment rolls out. */
const CHANGES = Number(process.argv[2] ?? 1_000);
const ROLLOUTS = Number(process.argv[3] ?? 100);
const SECONDS_EACH = Number(process.argv[4] ?? 180);
const RATE = 200;
const NAMESPACE = 'bookinfo';
const ROUTE = 'bench';
const PATH = '/bench';

const instance = new PlatformInstance('weights');
try {
  await instance.up({ empty: false });
  const client = await instance.client();
  const url = `${await gatewayUrl(client, NAMESPACE, 'bookinfo')}${PATH}/0`;
  const watch = new LiveWatch(client, NAMESPACE);
  await watch.synced();
  await twoVersions(client);
  await watch.live(await client.apply(httpRoutes, weighted(50)), 30_000);
  printTable(
    `Under ${RATE} requests/s through the gateway, open loop (aim: 0 failed)`,
    ['what', 'changes', 'requests', 'failed', 'dropped by the load', 'p50 ms', 'p99 ms', 'request p50/p99 ms', 'causes'],
    [await changeWeights(client, watch, url), await rollOut(client, watch, url)],
  );
  watch.stop();
} finally {
  await instance.end();
}

/** The sample's reviews-v1 and a copy of it as v2, each behind a Service of its own. */
async function twoVersions(client: KubeClient): Promise<void> {
  const v1 = await client.get(kinds.deployments, 'reviews-v1', NAMESPACE);
  const template = v1?.spec?.template;
  if (!v1?.spec || !template?.spec) throw new Error('The sample has no reviews-v1.');
  const labels = { app: 'reviews-bench', version: 'v2' };
  const containers = template.spec.containers.map((container) => ({
    ...container,
    env: [...(container.env ?? []).filter((e) => e.name !== 'VERSION'), { name: 'VERSION', value: 'v2' }],
  }));
  await client.apply(kinds.deployments, {
    metadata: { name: 'reviews-v2', namespace: NAMESPACE },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { ...template.spec, containers } } },
  });
  const ports = [{ name: 'http', port: 9080, targetPort: 'http' }];
  for (const [name, selector] of [['bench-v1', { app: 'reviews', version: 'v1' }] as const, ['bench-v2', labels] as const]) {
    await client.apply(kinds.services, { metadata: { name, namespace: NAMESPACE }, spec: { selector, ports } });
  }
  await until('reviews-v2 is available', 30_000, () => rolledOut(client, 'reviews-v2'));
}

function weighted(first: number): HttpRoute {
  return {
    metadata: { name: ROUTE, namespace: NAMESPACE },
    spec: {
      parentRefs: [{ name: 'bookinfo' }],
      rules: [
        {
          name: 'weighted',
          matches: [{ path: { type: 'PathPrefix', value: PATH } }],
          filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/reviews' } } }],
          backendRefs: [
            { name: 'bench-v1', port: 9080, weight: first },
            { name: 'bench-v2', port: 9080, weight: 100 - first },
          ],
        },
      ],
    },
  };
}

async function changeWeights(client: KubeClient, watch: LiveWatch, url: string): Promise<string[]> {
  const load = startLoad({ url, ratePerSecond: RATE });
  await sleep(2_000);
  const took: number[] = [];
  const deadline = performance.now() + SECONDS_EACH * 1_000;
  while (took.length < CHANGES && performance.now() < deadline) {
    // 0 and 100 are among them: a backend that gets nothing, and gets something again.
    const weight = (took.length * 37) % 101;
    const began = performance.now();
    await watch.live(await client.apply(httpRoutes, weighted(weight)));
    took.push(performance.now() - began);
  }
  return row(`weight changes, written -> Live`, CHANGES, took, await load.stop());
}

async function rollOut(client: KubeClient, watch: LiveWatch, url: string): Promise<string[]> {
  await watch.live(await client.apply(httpRoutes, weighted(50)));
  const load = startLoad({ url, ratePerSecond: RATE });
  await sleep(2_000);
  const took: number[] = [];
  const deadline = performance.now() + SECONDS_EACH * 1_000;
  while (took.length < ROLLOUTS && performance.now() < deadline) {
    const began = performance.now();
    const body = { spec: { template: { metadata: { annotations: { 'bench/rollout': String(took.length) } } } } };
    await client.patch(kinds.deployments, 'reviews-v2', NAMESPACE, { type: 'merge', body });
    await until('the rollout is complete', 60_000, () => rolledOut(client, 'reviews-v2'));
    took.push(performance.now() - began);
  }
  await sleep(3_000);
  return row('rollouts, written -> complete', ROLLOUTS, took, await load.stop());
}

async function rolledOut(client: KubeClient, name: string): Promise<Deployment | undefined> {
  const found = await client.get(kinds.deployments, name, NAMESPACE);
  const { status } = found ?? {};
  const wanted = found?.spec?.replicas ?? 1;
  const seen = (status?.observedGeneration ?? 0) >= (found?.metadata?.generation ?? 1);
  return seen && status?.updatedReplicas === wanted && status.availableReplicas === wanted && status.replicas === wanted
    ? found
    : undefined;
}

function row(what: string, wanted: number, took: readonly number[], report: LoadReport): string[] {
  const versions = Object.values(report.byVersion);
  const causes = versions.flatMap((v) => Object.entries(v.causes).map(([cause, count]) => `${count} x ${cause}`));
  // A 404 would be a route that went missing: as bad as a 503.
  const refused = versions.reduce(
    (sum, v) => sum + Object.entries(v.statuses).reduce((n, [status, count]) => n + (status.startsWith('4') ? count : 0), 0),
    0,
  );
  if (refused > 0) causes.push(`${refused} x 4xx`);
  const failed = versions.reduce((sum, v) => sum + v.failed, 0) + refused;
  const answered = Object.entries(report.byVersion).filter(([, v]) => v.count > 0);
  return [
    what,
    took.length === wanted ? String(wanted) : `${took.length} of ${wanted} in ${SECONDS_EACH} s`,
    String(report.completed),
    String(failed),
    String(report.dropped),
    quantile(took, 0.5).toFixed(0),
    quantile(took, 0.99).toFixed(0),
    answered.map(([version, { latency }]) => `${version} ${latency.p50Ms.toFixed(0)}/${latency.p99Ms.toFixed(0)}`).join(', '),
    causes.join(', ') || '-',
  ];
}
