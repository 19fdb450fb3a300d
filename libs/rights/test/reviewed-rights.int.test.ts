import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { InformerSet, KubeClient, kinds } from '@tidegate/kube';
import { startEmbeddedApi } from '@tidegate/kube-embedded';
import { waitFor } from '@tidegate/testing';
import { ReviewedRights } from '../src/index.js';

const folder = mkdtempSync('/tmp/tg-rights-');
const ada = { user: 'tidegate:ada', groups: ['tidegate:blue'] };
const read = { verb: 'get', group: 'apps', resource: 'deployments' };
let api: Awaited<ReturnType<typeof startEmbeddedApi>>;
let admin: KubeClient;
let informers: InformerSet;
let rights: ReviewedRights;
let now = Date.now();

beforeAll(async () => {
  api = await startEmbeddedApi({ dir: path.join(folder, 'cluster'), port: 0, clock: systemClock, log: silentLogger });
  admin = new KubeClient(api.transport('system:admin', ['system:masters']));
  informers = new InformerSet(admin, { clock: systemClock, log: silentLogger });
  rights = new ReviewedRights(admin, informers, { now: () => now, log: silentLogger });
  const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }];
  await admin.create(kinds.clusterRoles, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules });
  for (const name of ['shop', 'bank', 'club']) await admin.create(kinds.namespaces, { metadata: { name } });
}, 60_000);

afterAll(async () => {
  rights.close();
  informers.stop();
  await api.stop();
  rmSync(folder, { recursive: true });
});

const bind = (namespace: string, subject: { kind: string; name: string }) =>
  admin.create(kinds.roleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', ...subject }],
  });

it('says no in a sentence, learns of changes, and asks once while nothing changes', async () => {
  expect(await rights.may(ada, { ...read, namespace: 'shop' })).toEqual({ allowed: false, because: 'ada may not get deployments of apps in shop.' });
  const changed = new Promise<void>((resolve) => rights.onChange(resolve));
  await bind('shop', { kind: 'Group', name: 'tidegate:blue' });
  await changed;
  expect(await rights.may(ada, { ...read, namespace: 'shop' })).toEqual({ allowed: true });
  const { asked } = rights.statistics;
  for (let i = 0; i < 100; i += 1) await rights.may({ user: ada.user, groups: [...ada.groups] }, { ...read, namespace: 'shop' });
  expect(rights.statistics.asked).toBe(asked);
  now += 61_000;
  await rights.may(ada, { ...read, namespace: 'shop' });
  expect(rights.statistics.asked).toBe(asked + 1);
});

it('tells namespaces apart, and takes a right away when its binding goes', async () => {
  await bind('bank', { kind: 'User', name: 'tidegate:ada' });
  await waitFor('the right in bank', async () => (await rights.may(ada, { ...read, namespace: 'bank' })).allowed);
  expect([...(await rights.namespacesWith(ada, read, ['shop', 'bank', 'club']))].sort()).toEqual(['bank', 'shop']);
  await admin.delete(kinds.roleBindings, 'reader', 'bank');
  await waitFor('the right in bank is gone', async () => !(await rights.may(ada, { ...read, namespace: 'bank' })).allowed);
  expect([...(await rights.namespacesWith({ user: 'tidegate:x', groups: [] }, read, ['shop', 'bank']))]).toEqual([]);
  expect([...(await rights.namespacesWith({ user: 'tidegate:x', groups: ['system:masters'] }, read, ['shop', 'bank']))]).toEqual(['shop', 'bank']);
});

it('lets nobody in by a failure, and asks again afterwards', async () => {
  const broken = new ReviewedRights(new KubeClient({ ...admin.transport, call: () => Promise.reject(new Error('no answer')) }), informers, { now: () => now, log: silentLogger });
  await expect(broken.may(ada, read)).rejects.toThrow('no answer');
  await expect(broken.may(ada, read)).rejects.toThrow('no answer');
  expect(broken.statistics.asked).toBe(2);
  broken.close();
});
