import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { jobs } from '../src/controllers/job-kind.js';
import { ClusterFixture } from './cluster-fixture.js';

const CHART = path.join(import.meta.dirname, 'charts', 'shop');
const helms = (process.env['TIDEGATE_HELM'] ?? '').split(',').filter((name) => name !== '');
const run = promisify(execFile);

/** One release from its installation to its end, as `helm` does it. Several binaries in TIDEGATE_HELM, separated by commas, take turns. */
(helms.length > 0 ? describe.each(helms) : describe.skip.each(['helm']))('%s', (binary) => {
  const cluster = new ClusterFixture();
  let kubeconfig: string;
  beforeAll(async () => {
    await cluster.start();
    kubeconfig = path.join(cluster.dataDir, 'helm.kubeconfig');
    writeFileSync(kubeconfig, await cluster.cluster.api.issueKubeconfig('helm', ['system:masters']), { mode: 0o600 });
  });
  afterAll(() => cluster.end());

  const helm = async (...args: string[]): Promise<string> => {
    const folder = path.join(cluster.dataDir, 'helm');
    const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig, HOME: folder, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder };
    const { stdout } = await run(binary, args, { env, timeout: 100_000 });
    return stdout;
  };
  const replicas = async (): Promise<number | undefined> => (await cluster.client.get(kinds.deployments, 'toys', 'default'))?.status?.availableReplicas;
  const greeting = async (): Promise<string | undefined> => (await cluster.client.get(kinds.configMaps, 'toys-settings', 'default'))?.data?.['greeting'];
  const hasRun = async (hook: string): Promise<boolean> => ((await cluster.client.get(jobs, `toys-${hook}`, 'default'))?.status?.succeeded ?? 0) > 0;

  it('installs with hooks and definitions, waits, upgrades, fails, rolls back and is gone', async () => {
    await helm('install', 'toys', CHART, '--wait', '--timeout', '90s');
    expect(await replicas()).toBe(1);
    expect([await hasRun('pre-install'), await hasRun('post-install')]).toEqual([true, true]);
    const toy = await cluster.client.request<{ spec: { price: number } }>({ method: 'GET', path: '/apis/shop.example/v1/namespaces/default/toys/toys-bear' });
    expect(toy.spec.price).toBe(5);

    await helm('upgrade', 'toys', CHART, '--set', 'replicas=2,greeting=moin', '--wait', '--timeout', '90s');
    expect([await replicas(), await greeting(), await hasRun('pre-upgrade')]).toEqual([2, 'moin', true]);

    await expect(helm('upgrade', 'toys', CHART, '--set', 'failing=true,greeting=never', '--timeout', '60s')).rejects.toThrow(/pre-upgrade hooks? failed/i);
    expect(await greeting()).toBe('moin');

    await helm('rollback', 'toys', '1', '--wait', '--timeout', '90s');
    expect([await replicas(), await greeting(), await hasRun('post-rollback')]).toEqual([1, 'hello', true]);
    await helm('test', 'toys', '--timeout', '60s');
    expect(JSON.parse(await helm('history', 'toys', '-o', 'json'))).toHaveLength(4);

    await helm('uninstall', 'toys', '--wait', '--timeout', '60s');
    await waitFor('the pods are gone', async () => (await cluster.client.list(kinds.pods, { namespace: 'default', labelSelector: 'app=toys' })).items.length === 0);
    expect(await cluster.client.get(kinds.deployments, 'toys', 'default')).toBeUndefined();
  });
});
