import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { type RunningApi, startApiOnly } from '../src/cluster/start-api-only.js';

let dataDir: string;
let running: RunningApi;
const start = (): Promise<RunningApi> =>
  startApiOnly(
    {
      clock: systemClock,
      log: silentLogger,
      registry: createRegistry('test'),
      fatal: (error) => {
        throw error;
      },
    },
    { dataDir, apiPort: 0 },
  );

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tidegate-api-only-'));
  running = await start();
});
afterAll(async () => {
  await running.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const service = (name: string, spec: Record<string, unknown> = {}) => ({
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80 }], ...spec },
});

it('begins with the namespaces and the Service that every API server has, and nothing else', async () => {
  const names = async (kind: typeof kinds.namespaces | typeof kinds.services): Promise<(string | undefined)[]> =>
    (await running.client.listAll<{ metadata?: { name?: string } }>(kind)).items.map((o) => o.metadata?.name);
  expect(await names(kinds.namespaces)).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  expect(await names(kinds.services)).toEqual(['kubernetes']);
  expect((await running.client.listAll(kinds.nodes)).items).toEqual([]);
});

it('gives Services addresses, and takes back those of deleted ones', async () => {
  const made = await running.client.create(kinds.services, service('one', { clusterIP: '10.96.7.7' }));
  expect(made.spec?.clusterIP).toBe('10.96.7.7');
  await expect(running.client.create(kinds.services, service('two', { clusterIP: '10.96.7.7' }))).rejects.toThrow(
    'provided IP is already allocated',
  );
  await running.client.delete(kinds.services, 'one', 'default');
  await waitFor('the address is free again', async () => {
    const again = await running.client.create(kinds.services, service('two', { clusterIP: '10.96.7.7' })).catch(() => undefined);
    return again?.spec?.clusterIP === '10.96.7.7';
  });
});

it('places no pod, and keeps what it has over a restart', async () => {
  const pod = await running.client.create(kinds.pods, {
    metadata: { name: 'waits', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'example.dev/none:1' }] },
  });
  expect(pod.spec?.nodeName).toBeUndefined();
  await running.stop();
  running = await start();
  const kept = await running.client.get(kinds.pods, 'waits', 'default');
  expect(kept?.metadata?.uid).toBe(pod.metadata?.uid);
  const fresh = await running.client.create(kinds.services, service('three'));
  expect(fresh.spec?.clusterIP).toMatch(/^10\.96\./);
});
