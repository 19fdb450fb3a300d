import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type RunningPart, silentLogger, systemClock } from '@tidegate/kernel';
import { InformerSet, KubeClient, type Pod, kinds } from '@tidegate/kube';
import { type EmbeddedApi, startEmbeddedApi } from '@tidegate/kube-embedded';
import { QUOTA_LABEL, WORKSPACE_LABEL, tenancyCrds, workspaces } from '@tidegate/tenancy-contract';
import { startTenancy } from '@tidegate/tenancy-controller';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { startAdmissionWebhook } from '../src/index.js';
import { QuotaReviews } from '../src/quota-reviews.js';

let dir: string;
let api: EmbeddedApi;
let admin: KubeClient;
const parts: RunningPart[] = [];
const context = () => ({ log: silentLogger, clock: systemClock, registry: new Registry(), fatal: (error: unknown) => expect(error).toBeUndefined() });
const tried = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: Error) => error.message);
const pod = (name: string, namespace: string, requests = { cpu: '100m' }): Pod => ({ metadata: { name, namespace }, spec: { containers: [{ name: 'c', image: 'x', resources: { requests } }] } });
const usedOf = async (name: string) => (await admin.get(workspaces, name))?.status?.quota?.used;
const counted = (name: string, used: object) => waitFor(`${name} is counted`, async () => isDeepStrictEqual(await usedOf(name), used), 20_000);

async function team(name: string, quota: Record<string, string>, ...projects: string[]): Promise<void> {
  await admin.create(workspaces, { metadata: { name }, spec: { members: [{ user: 'ada', role: 'admin' }], quota } });
  for (const project of projects) await admin.create(kinds.namespaces, { metadata: { name: project, labels: { [WORKSPACE_LABEL]: name } } });
  for (const project of projects) await waitFor(`${project} is labelled`, async () => (await admin.get(kinds.namespaces, project))?.metadata?.labels?.[QUOTA_LABEL]);
  await counted(name, Object.fromEntries(Object.keys(quota).map((n) => [n, '0'])));
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-quota-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  admin = new KubeClient(api.transport('admin', ['system:masters']));
  for (const crd of tenancyCrds()) await admin.create(kinds.customResourceDefinitions, crd);
  for (const name of ['tidegate-system', 'knative-serving']) await admin.apply(kinds.namespaces, { metadata: { name } });
  await waitFor('workspaces are served', () => admin.list(workspaces).then(() => true, () => false));
  const webhook = await startAdmissionWebhook(context(), { client: new KubeClient(api.transport('system:tidegate:webhook', ['system:masters'])) });
  parts.push(webhook, await startTenancy(context(), { client: new KubeClient(api.transport('system:tidegate:tenancy', ['system:masters'])), networkPoliciesHold: true }));
  await waitFor('namespaces and workspaces are listed', () => !webhook.notReady().some((w) => /workspaces|namespaces/.test(w)));
}, 60_000);

afterAll(async () => {
  for (const part of parts) await part.stop();
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

it('keeps all projects of a workspace within its quota, in the words of Kubernetes', async () => {
  await team('shop', { pods: '3', 'requests.cpu': '1' }, 'shop-a', 'shop-b');
  expect(await tried(admin.create(kinds.pods, pod('one', 'shop-a')))).toBe('done');
  expect(await tried(admin.create(kinds.pods, pod('two', 'shop-b')))).toBe('done');
  expect(await tried(admin.create(kinds.pods, pod('large', 'shop-b', { cpu: '900m' })))).toContain('exceeded quota: workspace shop, requested: requests.cpu=900m, used: requests.cpu=200m, limited: requests.cpu=1');
  expect(await tried(admin.create(kinds.pods, pod('three', 'shop-a')))).toBe('done');
  expect(await tried(admin.create(kinds.pods, pod('four', 'shop-b')))).toContain('exceeded quota: workspace shop, requested: pods=1, used: pods=3, limited: pods=3');
  await counted('shop', { pods: '3', 'requests.cpu': '300m' });
});

it('gives back what goes, and takes nothing for a dry run', async () => {
  await admin.delete(kinds.pods, 'one', 'shop-a', { gracePeriodSeconds: 0 });
  await counted('shop', { pods: '2', 'requests.cpu': '200m' });
  const dry = { method: 'POST' as const, path: '/api/v1/namespaces/shop-a/pods', query: { dryRun: 'All' }, body: { apiVersion: 'v1', kind: 'Pod', ...pod('dry', 'shop-a') } };
  for (let i = 0; i < 3; i++) expect(await tried(admin.request(dry))).toBe('done');
  expect(await tried(admin.create(kinds.pods, pod('four', 'shop-b')))).toBe('done');
  expect(await tried(admin.request(dry))).toContain('exceeded quota: workspace shop');
});

it('is never exceeded by two replicas that are asked at the same time', async () => {
  await team('bank', { configmaps: '20', pods: '25' }, 'bank-a', 'bank-b');
  await waitFor('the config maps that Kubernetes makes are counted', async () => (await usedOf('bank'))?.configmaps !== undefined);
  const sets = [1, 2].map(() => new InformerSet(new KubeClient(api.transport('system:tidegate:webhook', ['system:masters'])), { clock: systemClock, log: silentLogger }));
  const replicas = sets.map((set) => {
    const seen = { workspaces: set.informer(workspaces), namespaces: set.informer(kinds.namespaces) };
    return new QuotaReviews({ client: new KubeClient(api.transport('system:tidegate:webhook', ['system:masters'])), ...seen, clock: systemClock, log: silentLogger });
  });
  for (const set of sets) await set.synced();
  const ask = (i: number) =>
    replicas[i % 2]?.review({ uid: String(i), operation: 'CREATE', kind: { group: '', version: 'v1', kind: 'Pod' }, resource: { group: '', resource: 'pods' }, namespace: i % 3 ? 'bank-a' : 'bank-b', object: { ...pod(`p${i}`, 'bank-a') } });
  const answers = await Promise.all(Array.from({ length: 120 }, (_, i) => ask(i)));
  for (const set of sets) set.stop();
  expect(answers.filter((a) => a?.allowed)).toHaveLength(25);
  expect(answers.find((a) => !a?.allowed)).toEqual({ allowed: false, refusal: { code: 403, reason: 'Forbidden' }, message: expect.stringContaining('used: pods=25, limited: pods=25') });
  // None of them was made: what was let through and never came is given back.
  await waitFor('it is set right', async () => (await usedOf('bank'))?.pods === '0', 20_000);
}, 40_000);

it('leaves the label that makes it be asked to those who set quotas', async () => {
  const ada = new KubeClient(api.transport('tidegate:ada', ['tidegate:everybody']));
  await waitFor('ada administers her projects', async () => (await tried(ada.list(kinds.secrets, { namespace: 'shop-a' }))) === 'done');
  const unlabel = { type: 'merge' as const, body: { metadata: { labels: { [QUOTA_LABEL]: null } } } };
  expect(await tried(ada.patch(kinds.namespaces, 'shop-a', undefined, unlabel))).toContain("is the platform's");
  expect(await tried(ada.patch(workspaces, 'shop', undefined, { type: 'merge', body: { spec: { quota: { pods: '100' } } } }))).toContain('Only administrators of the platform change what bounds a workspace (quota)');
  expect(await tried(ada.patch(workspaces, 'shop', undefined, { type: 'merge', body: { status: { quota: { used: { pods: '0' } } } } }, { subresource: 'status' }))).toContain('forbidden');
  expect(await tried(admin.patch(workspaces, 'shop', undefined, { type: 'merge', body: { spec: { quota: { bananas: '1' } } } }))).toContain('"bananas" cannot be limited for a whole workspace');
});

it('closes its book when there is no quota any more', async () => {
  await admin.patch(workspaces, 'shop', undefined, { type: 'merge', body: { spec: { quota: null } } });
  await waitFor('the book is closed', async () => (await usedOf('shop')) === undefined);
  await waitFor('nobody is asked any more', async () => (await admin.get(kinds.namespaces, 'shop-a'))?.metadata?.labels?.[QUOTA_LABEL] === undefined);
  for (const name of ['x', 'y', 'z']) expect(await tried(admin.create(kinds.pods, pod(name, 'shop-a')))).toBe('done');
});
