import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, type KubeObject, defineKind, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { startEmbeddedApi, type EmbeddedApi } from '../src/server/start-embedded-api.js';

interface ResourceQuota extends KubeObject {
  spec?: { hard?: Record<string, string> };
  status?: { used?: Record<string, string> };
}
const quotas = defineKind<ResourceQuota>({ group: '', version: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', namespaced: true });
const namespace = 'default';

let dir: string;
let api: EmbeddedApi;
let client: KubeClient;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-quotas-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  client = new KubeClient(api.transport('admin', ['system:masters']), { fieldManager: 'test' });
  await client.create(quotas, { metadata: { name: 'few', namespace }, spec: { hard: { configmaps: '3' } } });
});
afterEach(async () => {
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

const used = async (): Promise<string | undefined> => (await client.get(quotas, 'few', namespace))?.status?.used?.['configmaps'];

it('lets no more through than there are places, however many ask at once', async () => {
  const asked = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => client.create(kinds.configMaps, { metadata: { name: `c${i}`, namespace } })),
  );
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(await used()).toBe('3');
});

it('gives places back: a deleted object, a refused write, a dry run', async () => {
  const make = (name: string): Promise<unknown> => client.create(kinds.configMaps, { metadata: { name, namespace } });
  await make('one');
  await make('two');
  await expect(make('two')).rejects.toThrow('already exists');
  expect(await used()).toBe('2');
  await client.delete(kinds.configMaps, 'one', namespace);
  await waitFor('the place is free', async () => (await used()) === '1');
  await make('three');
  await make('four');
  await expect(make('five')).rejects.toThrow(
    'configmaps "five" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=3, limited: configmaps=3',
  );
});

it('counts what was there before the quota', async () => {
  await client.create(kinds.configMaps, { metadata: { name: 'old', namespace } });
  await client.create(quotas, { metadata: { name: 'late', namespace }, spec: { hard: { 'count/configmaps': '1' } } });
  await waitFor('it is counted', async () => (await client.get(quotas, 'late', namespace))?.status?.used?.['count/configmaps'] === '1');
  await expect(client.create(kinds.configMaps, { metadata: { name: 'new', namespace } })).rejects.toThrow('exceeded quota: late');
});
